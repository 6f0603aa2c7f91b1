using System.Diagnostics;
using System.Diagnostics.Metrics;
using Actant.Definitions;
using Actant.Journaling;
using Actant.Storage;

namespace Actant.Metering;

/// <summary>
/// The numbers of one engine, under the meter <c>Actant</c>; <c>docs/metrics.md</c> explains each. Model calls have the names of
/// OpenTelemetry's conventions for generative AI. Recording costs next to nothing while nobody listens.
/// </summary>
internal sealed class EngineMeter : IDisposable
{
    public const string Name = "Actant";

    /// <summary>What a step was that was told to stop.</summary>
    public const string Aborted = "aborted";

    private const string ErrorType = "error.type";
    private const string ProviderName = "gen_ai.provider.name";
    private const string RequestModel = "gen_ai.request.model";

    private static readonly KeyValuePair<string, object?> s_chat = new("gen_ai.operation.name", "chat");
    private static readonly InstrumentAdvice<double> s_long = Buckets(0.005, 0.025, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1800);
    private static readonly InstrumentAdvice<double> s_short = Buckets(0.001, 0.005, 0.025, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60);

    // These two are what the conventions prescribe.
    private static readonly InstrumentAdvice<double> s_answers =
        Buckets(0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92);

    private static readonly InstrumentAdvice<long> s_tokens = new()
    {
        HistogramBucketBoundaries = [1, 4, 16, 64, 256, 1024, 4096, 16384, 65536, 262144, 1048576, 4194304, 16777216, 67108864],
    };

    private readonly BoundedNames _agents = new(1000);
    private readonly BoundedNames _tools = new(500);
    private readonly BoundedNames _models = new(200);
    private readonly BoundedNames _providers = new(50);
    private readonly BoundedNames _codes = new(200);
    private readonly Counter<long> _jobs;
    private readonly Histogram<double> _jobDuration;
    private readonly Counter<long> _storeErrors;
    private readonly Histogram<double> _executionDuration;
    private readonly Histogram<double> _executionWait;
    private readonly Counter<long> _errors;
    private readonly Histogram<long> _tokenUsage;
    private readonly Histogram<double> _modelDuration;
    private readonly Counter<long> _cachedTokens;
    private readonly Counter<double> _cost;
    private readonly Counter<long> _refusedCounts;
    private readonly Histogram<double> _toolDuration;
    private readonly Counter<long> _unreadable;

    /// <summary>The counter of ends: a meter has one of a name, whoever asks for it.</summary>
    public static Counter<long> JobsOf(Meter meter) => meter.CreateCounter<long>("agent_executor_jobs", "{job}", "Executions that ended, and jobs that were refused after they had been taken, by their status.");

    public EngineMeter()
    {
        Meter = new Meter(Name);
        _jobs = JobsOf(Meter);
        _jobDuration = Meter.CreateHistogram("agent_executor_job_duration", "s", "From acceptance to the end of an execution.", advice: s_long);
        _storeErrors = Meter.CreateCounter<long>("agent_executor_db_connection_errors", "{error}", "Calls that the store did not answer.");
        Meter.CreateCounter<long>("agent_executor_vault_auth_failures", "{failure}", "Logins that Vault refused.");
        Meter.CreateCounter<long>("agent_executor_redis_publish_errors", "{error}", "Messages that Redis did not take.");
        _executionDuration = Meter.CreateHistogram("actant.execution.duration", "s", "From acceptance to the end, by agent and outcome.", advice: s_long);
        _executionWait = Meter.CreateHistogram("actant.execution.wait", "s", "From acceptance until an execution began.", advice: s_long);
        _errors = Meter.CreateCounter<long>("actant.execution.errors", "{error}", "Executions that did not end well, by code.");
        _tokenUsage = Meter.CreateHistogram("gen_ai.client.token.usage", "{token}", "Tokens of a model call.", advice: s_tokens);
        _modelDuration = Meter.CreateHistogram("gen_ai.client.operation.duration", "s", "How long a model call took.", advice: s_answers);
        _cachedTokens = Meter.CreateCounter<long>("actant.model.cached_tokens", "{token}", "Input tokens that a vendor's prompt cache had.");
        _cost = Meter.CreateCounter<double>("actant.model.cost_usd", "{USD}", "What model calls cost.");
        _refusedCounts = Meter.CreateCounter<long>("actant.model.refused_counts", "{attempt}", "Attempts of model calls whose vendor told counts of tokens that cannot be.");
        _toolDuration = Meter.CreateHistogram("actant.tool.duration", "s", "How long a tool call took.", advice: s_short);
        _unreadable = Meter.CreateCounter<long>("actant.threads.unreadable", "{thread}", "Threads whose journal could not be folded, each time that ended an execution.");
    }

    public Meter Meter { get; }

    /// <summary>Shows how much of the engine is in use.</summary>
    public void Watch(Func<int> active, Func<int> most)
    {
        Meter.CreateObservableUpDownCounter("actant.executions.active", active, "{execution}", "Executions that run in this process.");
        Meter.CreateObservableUpDownCounter("actant.executions.limit", most, "{execution}", "How many may run at once; more wait in the store.");
    }

    /// <summary>An execution began.</summary>
    public void Began(TimeSpan waited) => _executionWait.Record(Math.Max(0, waited.TotalSeconds));

    /// <summary>An execution ended, and that is stored.</summary>
    /// <param name="record">Its row as it was before, where it is known.</param>
    /// <param name="status">How it ended.</param>
    /// <param name="failure">Why, if not well.</param>
    /// <param name="now">When.</param>
    public void Ended(ExecutionRecord? record, ExecutionStatus status, Failure? failure, DateTimeOffset now)
    {
        var outcome = Word(status);
        _jobs.Add(1, new KeyValuePair<string, object?>("status", outcome));
        if (record is not null && (_jobDuration.Enabled || _executionDuration.Enabled))
        {
            var seconds = Math.Max(0, (now - record.CreatedAt).TotalSeconds);
            _jobDuration.Record(seconds);
            _executionDuration.Record(seconds, new("agent", _agents.Of(record.Agent)), new("outcome", outcome));
        }

        if (failure is not null)
        {
            _errors.Add(1, new KeyValuePair<string, object?>("code", _codes.Of(failure.Code)));
        }
    }

    /// <summary>The store did not answer.</summary>
    public void StoreFailed(Exception exception)
    {
        if (exception is StoreUnavailableException)
        {
            _storeErrors.Add(1);
        }
    }

    /// <summary>A thread's journal could not be folded.</summary>
    public void Unreadable() => _unreadable.Add(1);

    /// <summary>Whether anybody listens to what calls cost: their labels cost more than the numbers.</summary>
    public bool IsHeard => _modelDuration.Enabled || _tokenUsage.Enabled || _cachedTokens.Enabled || _cost.Enabled || _toolDuration.Enabled;

    /// <summary>A model answered. It is named as it was asked for, like one that did not answer.</summary>
    public void Answered(ModelAnswered answer, string asked, double seconds)
    {
        var provider = new KeyValuePair<string, object?>(ProviderName, _providers.Of(answer.ModelSource));
        var model = new KeyValuePair<string, object?>(RequestModel, _models.Of(asked));
        _modelDuration.Record(seconds, s_chat, provider, model);
        Spent(answer.Usage, answer.CostUsd, provider, model);
    }

    /// <summary>A model did not answer, for the reason of the code.</summary>
    public void Unanswered(ModelDefinition model, string code, double seconds) => Missed(model, _codes.Of(code), seconds);

    /// <summary>A model was not listened to until it answered.</summary>
    public void Abandoned(ModelDefinition model, double seconds) => Missed(model, Aborted, seconds);

    /// <summary>What an attempt that failed took is owed like the rest.</summary>
    public void Spent(string source, string model, Usage usage, decimal costUsd)
    {
        if (usage.Total > 0)
        {
            Spent(usage, costUsd, new(ProviderName, _providers.Of(source)), new(RequestModel, _models.Of(model)));
        }
    }

    /// <summary>A vendor told counts that cannot be.</summary>
    public void Miscounted(string source, string model) =>
        _refusedCounts.Add(1, new KeyValuePair<string, object?>(ProviderName, _providers.Of(source)), new KeyValuePair<string, object?>(RequestModel, _models.Of(model)));

    /// <summary>A tool was called.</summary>
    public void Called(string tool, string outcome, double seconds) =>
        _toolDuration.Record(seconds, new("tool", _tools.Of(tool)), new("outcome", outcome));

    public void Dispose() => Meter.Dispose();

    private void Missed(ModelDefinition model, string error, double seconds) => _modelDuration.Record(seconds, new TagList(
    [
        s_chat,
        new(ProviderName, _providers.Of(model.Provider)),
        new(RequestModel, _models.Of(model.ModelName)),
        new(ErrorType, error),
    ]));

    private void Spent(Usage usage, decimal costUsd, KeyValuePair<string, object?> provider, KeyValuePair<string, object?> model)
    {
        _tokenUsage.Record(usage.Input, new TagList([s_chat, provider, model, new("gen_ai.token.type", "input")]));
        _tokenUsage.Record(usage.Output, new TagList([s_chat, provider, model, new("gen_ai.token.type", "output")]));
        _cachedTokens.Add(usage.Cached, provider, model);
        _cost.Add((double)costUsd, provider, model);
    }

    internal static string Word(ExecutionStatus status) => status switch
    {
        ExecutionStatus.Completed => "completed",
        ExecutionStatus.Failed => "failed",
        ExecutionStatus.Cancelled => "cancelled",
        ExecutionStatus.TimedOut => "timed_out",
        _ => throw new ArgumentOutOfRangeException(nameof(status), status, "No end."),
    };

    private static InstrumentAdvice<double> Buckets(params double[] bounds) => new() { HistogramBucketBoundaries = bounds };
}
