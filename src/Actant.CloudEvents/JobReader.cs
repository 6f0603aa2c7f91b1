using System.Text.Json;
using Actant.Api;
using Actant.Executions;
using CloudNative.CloudEvents;

namespace Actant.CloudEvents;

/// <summary>Reads the jobs that messages carry. The one reader, whatever carried them here.</summary>
public static class JobReader
{
    /// <summary>The most events of a batch.</summary>
    public const int MostEvents = 1_000;

    private const string Root = "$";

    /// <summary>Reads all events of a message; refused as a whole where it carries none that can be told apart.</summary>
    /// <param name="message">The message.</param>
    /// <param name="traceParent">The trace of what carried it, for events that have none of their own.</param>
    public static Reply<IReadOnlyList<JobReading>> Read(EventMessage message, string? traceParent = null)
    {
        switch (message.Mode)
        {
            case EventMode.Structured:
                var body = CommandDocument.Read(message.Body);
                return body.IsDone ? Done([ReadStructured(body.Value.Body, Root, traceParent)]) : Refused(body.Refusal);
            case EventMode.Batch:
                var list = CommandDocument.ReadList(message.Body);
                return !list.IsDone ? Refused(list.Refusal)
                    : list.Value.Body.GetArrayLength() is 0 or > MostEvents ? Refused(Faulty("out_of_range", $"A batch has 1 to {MostEvents} events; this one has {list.Value.Body.GetArrayLength()}."))
                    : Done([.. list.Value.Body.EnumerateArray().Select((item, index) => ReadItem(item, $"{Root}[{index}]", traceParent))]);
            case EventMode.Binary:
                return Done([ReadBinary(message, traceParent)]);
            default:
                return Refused(Faulty(
                    "no_event",
                    message.Mode == EventMode.Foreign
                        ? "Events are read in JSON: send application/cloudevents+json, or application/cloudevents-batch+json."
                        : "This is no CloudEvent: send Content-Type application/cloudevents+json, or the attributes in headers ce-id, ce-source, ce-type and ce-specversion."));
        }
    }

    /// <summary>Reads the one job of a message of a broker, which may also be the bare data of one, without an event around it.</summary>
    /// <param name="message">The message. What identifies a job without an event, whoever took the message in knows.</param>
    /// <param name="traceParent">The trace of the message, for a job that has none of its own.</param>
    public static JobReading ReadOne(EventMessage message, string? traceParent)
    {
        ArgumentNullException.ThrowIfNull(message);
        switch (message.Mode)
        {
            case EventMode.Batch:
                return new JobReading(Reply<Job>.Refused(Faulty("no_event", "A message has one event: send those of a batch one by one.")));
            case EventMode.None when CommandDocument.Read(message.Body) is var document:
                return document.IsDone && document.Value.Body.TryGetProperty("specversion", out _)
                    ? ReadStructured(document.Value.Body, Root, traceParent)
                    : ReadBare(document, traceParent);
            default:
                var events = Read(message, traceParent);
                return events.IsDone ? events.Value[0] : new JobReading(Reply<Job>.Refused(events.Refusal));
        }
    }

    private static JobReading ReadBare(Reply<CommandDocument> document, string? traceParent)
    {
        var (reading, trace) = (ReadData(document, new FieldErrors(), Root, Root), TraceOf(traceParent));
        return reading with
        {
            IsBare = true,
            TraceParent = trace,
            Job = reading.Job.IsDone ? reading.Job.Map(job => job with { Command = job.Command with { TraceParent = job.Command.TraceParent ?? trace } }) : reading.Job,
        };
    }

    private static JobReading ReadItem(JsonElement item, string path, string? traceParent)
    {
        if (item.ValueKind == JsonValueKind.Object)
        {
            return ReadStructured(item, path, traceParent);
        }

        var errors = new FieldErrors();
        errors.Add(path, "wrong_type", "An event is expected: an object.");
        return new JobReading(Reply<Job>.Refused(errors.Refusal!)) { Path = path };
    }

    private static JobReading ReadStructured(JsonElement body, string path, string? traceParent)
    {
        var errors = new FieldErrors();
        var read = new EventAttributes(errors, path).ReadMembers(body);
        var hasData = body.TryGetProperty("data", out var data) && data.ValueKind != JsonValueKind.Null;
        var hasBytes = body.TryGetProperty("data_base64", out var bytes) && bytes.ValueKind != JsonValueKind.Null;
        if (hasData && hasBytes)
        {
            errors.Add($"{path}.data_base64", "invalid_attribute", "An event has `data` or `data_base64`, not both.");
        }

        var document = hasBytes ? Decoded(bytes, $"{path}.data_base64", errors)
            : data.ValueKind == JsonValueKind.Object ? Reply<CommandDocument>.Done(new CommandDocument(data))
            : null;
        if (document is null && !hasBytes)
        {
            errors.Add($"{path}.data", hasData ? "wrong_type" : "missing_field", "The data of a job is needed: an object with job_id, agent_definition and input.");
        }

        return Complete(read, document, errors, path, traceParent);
    }

    private static JobReading ReadBinary(EventMessage message, string? traceParent)
    {
        var errors = new FieldErrors();
        var read = new EventAttributes(errors, Root).ReadHeaders(message.Headers, message.ContentType);
        return Complete(read, CommandDocument.Read(message.Body), errors, Root, traceParent);
    }

    private static JobReading Complete(CloudEvent read, Reply<CommandDocument>? data, FieldErrors errors, string path, string? traceParent)
    {
        if (read.Type is { Length: > 0 } type && type != Job.EventType)
        {
            errors.Add($"{path}.type", "unknown_value", $"The attribute `type`: `{(type.Length <= 64 ? type : type[..64])}` is none that is taken here; send {Job.EventType}.");
        }

        if (read.DataContentType is { } content && !EventMessage.IsJson(content))
        {
            errors.Add($"{path}.datacontenttype", "unknown_value", "The attribute `datacontenttype`: the data of a job is application/json.");
        }

        var trace = TraceOf(read["traceparent"] as string) ?? TraceOf(traceParent);
        var reading = data is null ? new JobReading(Reply<Job>.Refused(errors.Refusal!)) : ReadData(data, errors, $"{path}.data", path);
        return reading with
        {
            Path = path,
            EventId = read.Id,
            TraceParent = trace,
            Job = reading.Job.IsDone ? reading.Job.Map(job => job with
            {
                Command = job.Command with
                {
                    IdempotencyKey = JobKey.OfEvent(read.Source!.OriginalString, read.Id!),
                    TraceParent = job.Command.TraceParent ?? trace,
                },
            }) : reading.Job,
        };
    }

    private static JobReading ReadData(Reply<CommandDocument> data, FieldErrors errors, string path, string root)
    {
        if (!data.IsDone)
        {
            foreach (var error in data.Refusal.Errors ?? [])
            {
                errors.Add(path + error.Path[1..], error.Code, error.Message);
            }

            // What is wrong beside it is told too; where nothing else is, the code says what kind of fault it is.
            return new JobReading(Reply<Job>.Refused(errors.Refusal is { Errors.Count: > 1 } all ? all : data.Refusal with { Errors = errors.Refusal?.Errors })) { Path = root };
        }

        var fields = new JsonFields(data.Value.Body, path, errors);
        fields.RequiredValue("job_id");
        var id = fields.Name("job_id");
        if (id is not null && !NameRules.IsAddressable(id))
        {
            fields.Wrong("job_id", "It cannot be `.` or `..`: no address could name it.");
        }

        var tenant = fields.Name("tenant_id");
        var command = SubmitCommand.Take(fields, "agent_definition");
        return new JobReading(fields.Read(new Job(id ?? "", tenant, command with
        {
            Thread = command.Thread ?? id,
            Labels = id is null ? command.Labels : new Dictionary<string, string>(command.Labels, StringComparer.Ordinal) { [Job.Label] = id },
        })))
        {
            Path = root,
            JobId = id,
        };
    }

    private static Reply<CommandDocument>? Decoded(JsonElement value, string path, FieldErrors errors)
    {
        if (value.ValueKind == JsonValueKind.String && value.TryGetBytesFromBase64(out var bytes))
        {
            return CommandDocument.Read(bytes);
        }

        errors.Add(path, "invalid_attribute", "`data_base64` is a text in base64.");
        return null;
    }

    /// <summary>A trace that can be used; one that cannot is as if there were none, as W3C has it.</summary>
    private static string? TraceOf(string? text) => text is not null && TagChecks.IsTraceParent(text) ? text : null;

    private static Refusal Faulty(string code, string message) => new(RefusalCodes.InvalidInput, message, [new DefinitionProblem(Root, code, message)]);

    private static Reply<IReadOnlyList<JobReading>> Done(IReadOnlyList<JobReading> readings) => Reply<IReadOnlyList<JobReading>>.Done(readings);

    private static Reply<IReadOnlyList<JobReading>> Refused(Refusal refusal) => Reply<IReadOnlyList<JobReading>>.Refused(refusal);
}
