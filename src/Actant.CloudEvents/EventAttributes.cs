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
    private const string Source = "source";
    private const int Most = 64;
    private const int Longest = 2048;

    private static readonly string[] s_required = ["id", Source, "type"];

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

            if (Decode(value) is { } decoded)
            {
                Read(name, decoded);
                continue;
            }

            _seen.Add(name);
            Wrong(name, $"The header {EventMessage.HeaderPrefix}{Short(name)} has a `%` that two hexadecimal digits of UTF-8 do not follow. Write a percent sign as %25.");
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
        if (name is Source or "dataschema" && value.AsSpan().ContainsAny(" \t\u00a0"))
        {
            Wrong(name, "A URI reference has no white space: write %20.");
            return;
        }

        try
        {
            // In times the small letters t and z are as good (RFC 3339), which the library does not know.
            _event.SetAttributeFromString(name, name == "time" ? value.ToUpperInvariant() : value);
        }
        catch (Exception exception) when (exception is ArgumentException or FormatException or OverflowException)
        {
            Wrong(name, name switch
            {
                Source or "dataschema" => "It is no URI reference.",
                "time" => "It is no time such as 2026-11-30T12:00:00Z.",
                _ => $"It cannot be one: {ReasonOf(exception)}",
            });
        }
    }

    /// <summary>A header's text without its encoding; <c>null</c> if it has another one.</summary>
    private static string? Decode(string value)
    {
        try
        {
            return HttpUtilities.DecodeHeaderValue(value);
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    private static string ReasonOf(Exception exception)
    {
        var reason = exception.Message.ReplaceLineEndings(" ");
        var end = reason.LastIndexOf(" (Parameter '", StringComparison.Ordinal);
        return Short(end < 0 ? reason : reason[..end], 300);
    }

    private void Wrong(string name, string message) => errors.Add($"{path}.{Short(name)}", "invalid_attribute", $"The attribute `{Short(name)}`: {message}");

    private static string Short(string text, int most = 64) => text.Length <= most ? text : $"{text[..most]}…";
}
