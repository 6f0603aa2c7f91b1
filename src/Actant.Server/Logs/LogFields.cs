using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;

namespace Actant.Server.Logs;

/// <summary>The values of one message, sorted into those that have a place of their own and the rest.</summary>
internal sealed class LogFields
{
    private readonly List<KeyValuePair<string, object?>> _metadata = [];
    private string? _execution;
    private string? _agent;
    private string? _user;
    private object? _duration;

    /// <summary>The trace that the execution belongs to, where its submitter named one.</summary>
    public string? Trace { get; private set; }

    public static LogFields Of(object? state, IExternalScopeProvider? scopes)
    {
        var fields = new LogFields();

        // Scopes are surroundings: only what names the execution is of interest.
        scopes?.ForEachScope((scope, found) => found.Add(scope, isScope: true), fields);
        fields.Add(state, isScope: false);
        return fields;
    }

    public void WriteJob(Utf8JsonWriter json)
    {
        if (_execution is not null)
        {
            json.WriteString("job_id"u8, _execution);
        }
    }

    public void WriteRest(Utf8JsonWriter json, Exception? exception)
    {
        if (_duration is not null)
        {
            json.WritePropertyName("duration_ms"u8);
            WriteValue(json, _duration);
        }

        json.WriteStartObject("context"u8);
        WriteContext(json, "executionId", _execution);
        WriteContext(json, "agentId", _agent);
        WriteContext(json, "userId", _user);
        json.WriteEndObject();
        json.WriteStartObject("metadata"u8);
        foreach (var (name, value) in _metadata)
        {
            json.WritePropertyName(JsonNamingPolicy.CamelCase.ConvertName(name));
            WriteValue(json, value);
        }

        if (exception is not null)
        {
            // A port that is taken is for the operator to mend; where the program found that out helps nobody.
            json.WriteString("exception"u8, exception.InnerException is AddressInUseException ? exception.Message : exception.ToString());
        }

        json.WriteEndObject();
    }

    private void Add(object? values, bool isScope)
    {
        if (values is not IEnumerable<KeyValuePair<string, object?>> pairs)
        {
            return;
        }

        foreach (var pair in pairs)
        {
            switch (pair.Key.Replace("_", "", StringComparison.Ordinal).ToLowerInvariant())
            {
                case "executionid" or "execution":
                    _execution = pair.Value?.ToString();
                    break;
                case "agentid" or "agent":
                    _agent = pair.Value?.ToString();
                    break;
                case "userid" or "user":
                    _user = pair.Value?.ToString();
                    break;
                case "traceid" when isScope:
                    Trace = pair.Value?.ToString();
                    break;
                case "durationms" when !isScope:
                    _duration = pair.Value;
                    break;
                default:
                    if (!isScope && pair.Key != "{OriginalFormat}" && !_metadata.Exists(known => known.Key == pair.Key))
                    {
                        _metadata.Add(pair);
                    }

                    break;
            }
        }
    }

    private static void WriteContext(Utf8JsonWriter json, string name, string? value)
    {
        if (value is not null)
        {
            json.WriteString(name, value);
        }
    }

    private static void WriteValue(Utf8JsonWriter json, object? value)
    {
        switch (value)
        {
            case null:
                json.WriteNullValue();
                break;
            case bool flag:
                json.WriteBooleanValue(flag);
                break;
            case sbyte or byte or short or ushort or int or uint or long:
                json.WriteNumberValue(Convert.ToInt64(value, CultureInfo.InvariantCulture));
                break;
            case double number when double.IsFinite(number):
                json.WriteNumberValue(number);
                break;
            case decimal number:
                json.WriteNumberValue(number);
                break;
            default:
                json.WriteStringValue(value.ToString());
                break;
        }
    }
}
