using Actant.Api;

namespace Actant.CloudEvents;

/// <summary>Submits jobs, with the rules that hold for them whatever carried them here.</summary>
/// <param name="operations">What can be asked of the product.</param>
/// <param name="sinks">Where ends are delivered.</param>
public sealed class JobIntake(ActantOperations operations, IEnumerable<JobSink> sinks)
{
    private readonly IReadOnlyList<DeliveryTarget> _sinks = [.. sinks.Select(static sink => sink.Target)];

    /// <summary>Submits a job. What is wrong with it is said with its place in what came.</summary>
    /// <param name="caller">Who asks: the job must be of the same tenant, if it names one.</param>
    /// <param name="reading">The job.</param>
    /// <param name="cancellationToken">Gives up before it is stored.</param>
    public async Task<Reply<AcceptedView>> SubmitAsync(Caller caller, JobReading reading, CancellationToken cancellationToken)
    {
        if (!reading.Job.IsDone)
        {
            return Reply<AcceptedView>.Refused(reading.Job.Refusal);
        }

        var job = reading.Job.Value;
        if (job.Tenant is { } tenant && tenant != caller.Tenant.Value)
        {
            return Reply<AcceptedView>.Refused(new Refusal(
                RefusalCodes.Forbidden,
                "The job names a tenant that jobs may not be of that come this way. Leave `tenant_id` out, use a key of that tenant, or let the settings of the broker or port that it came by name it.",
                [new DefinitionProblem($"{DataPath(reading)}.tenant_id", RefusalCodes.Forbidden, "It is another tenant's.")]));
        }

        var reply = await operations.Executions.SubmitAsync(caller, job.Command with { Sinks = [.. job.Command.Sinks, .. _sinks] }, cancellationToken);
        return reply.IsDone ? reply : Reply<AcceptedView>.Refused(Placed(reply.Refusal, reading));
    }

    private static string DataPath(JobReading reading) => reading.IsBare ? reading.Path : $"{reading.Path}.data";

    /// <summary>The engine knows a command; whoever sent the event knows its own fields.</summary>
    private static Refusal Placed(Refusal refusal, JobReading reading) => refusal with
    {
        Errors = refusal.Errors?.Select(error => error with { Path = PathOf(error.Path, DataPath(reading)) }).ToList(),
    };

    private static string PathOf(string path, string data)
    {
        const string Definition = "$.definition";
        return path.StartsWith(Definition, StringComparison.Ordinal) && path[Definition.Length..] is "" or ['.' or '[', ..]
            ? $"{data}.agent_definition{path[Definition.Length..]}"
            : path is ['$', .. var rest] ? data + rest : path;
    }
}
