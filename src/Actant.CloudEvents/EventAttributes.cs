using System.Text.Json;
using Actant.Api;
using CloudNative.CloudEvents;
using CloudNative.CloudEvents.Http;

namespace Actant.CloudEvents;

/// <summary>Reads the attributes of an event one by one, so that each that is wrong is named. What they may be, the library knows.</summary>
/// <param name="errors">What is wrong so far.</param>
/// <param name="path">Where the event stands.</param>
internal sealed class EventAttributes(FieldErrors errors, string path)
{
    private const string SpecVersion = "specversion";
    private const int Most = 64;
    private const int Longest = 2048;

    private static readonly string[] s_required = ["id", "source", "type"];

    private readonly CloudEvent _event = new(CloudEventsSpecVersion.V1_0);
    private readonly HashSet<string> _seen = [];
    private int _count;

    /// <summary>Of the members of an event in JSON; <c>data</c> and <c>data_base64</c> are none.</summary>
    public CloudEvent ReadMembers(JsonElement body)
    {
        foreach (var member in body.EnumerateObject().Where(static member => member.Name is not ("data" or "data_base64")))
        {
            switch (member.Value.ValueKind)
            {
                case JsonValueKind.Null:
                    break;
                case JsonValueKind.String:
                    Read(member.Name, member.Value.GetString()!);
                    break;
                case JsonValueKind.True or JsonValueKind.False:
                    Read(member.Name, member.Value.GetBoolean() ? "true" : "false");
                    break;
                case JsonValueKind.Number when member.Value.TryGetInt32(out _):
                    Read(member.Name, member.Value.GetRawText());
                    break;
                default:
                    _seen.Add(member.Name);
                    Wrong(member.Name, "A text, a whole number of 32 bits, true or false is expected: attributes hold nothing else.");
                    break;
            }
        }

        return Checked();
    }

    /// <summary>Of headers.</summary>
    public CloudEvent ReadHeaders(IReadOnlyList<KeyValuePair<string, string>> headers, string? contentType)
    {
        foreach (var (header, value) in headers)
        {
            var name = header[EventMessage.HeaderPrefix.Length..].ToLowerInvariant();
            if (_seen.Contains(name))
            {
                Wrong(name, $"The header {EventMessage.HeaderPrefix}{Short(name)} comes twice.");
                continue;
            }

            Read(name, HttpUtilities.DecodeHeaderValue(value));
        }

        if (contentType is { Length: > 0 } && !_seen.Contains("datacontenttype"))
        {
            Read("datacontenttype", contentType);
        }

        return Checked();
    }

    private CloudEvent Checked()
    {
        foreach (var name in s_required.Append(SpecVersion).Where(name => !_seen.Contains(name)))
        {
            errors.Add($"{path}.{name}", "missing_field", $"The attribute `{name}` is needed.");
        }

        return _event;
    }

    private void Read(string name, string value)
    {
        _seen.Add(name);
        if (++_count > Most)
        {
            if (_count == Most + 1)
            {
                Wrong(name, $"It is one too many: at most {Most} attributes are read.");
            }
        }
        else if (name == SpecVersion)
        {
            if (value != CloudEventsSpecVersion.V1_0.VersionId)
            {
                Wrong(name, $"`{Short(value)}` is no version that is read; send {CloudEventsSpecVersion.V1_0.VersionId}.");
            }
        }
        else if (value.Length > Longest)
        {
            Wrong(name, $"It has {value.Length} characters; at most {Longest} are read.");
        }
        else if (value.Length == 0 && s_required.Contains(name))
        {
            Wrong(name, "It is empty.");
        }
        else
        {
            Set(name, value);
        }
    }

    private void Set(string name, string value)
    {
        try
        {
            _event.SetAttributeFromString(name, value);
        }
        catch (Exception exception) when (exception is ArgumentException or FormatException or OverflowException)
        {
            var reason = exception.Message.ReplaceLineEndings(" ");
            Wrong(name, $"It cannot be one: {(reason.Length <= 300 ? reason : reason[..300])}");
        }
    }

    private void Wrong(string name, string message) => errors.Add($"{path}.{Short(name)}", "invalid_attribute", $"The attribute `{Short(name)}`: {message}");

    private static string Short(string text) => text.Length <= 64 ? text : $"{text[..64]}…";
}
