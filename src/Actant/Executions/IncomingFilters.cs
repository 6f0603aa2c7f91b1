using System.Text.Json;
using Actant.Filters;
using Actant.Journaling;

namespace Actant.Executions;

/// <summary>What comes from outside passes its filters here, before anything of it is stored anywhere.</summary>
internal sealed class IncomingFilters(TenantScope scope)
{
    private readonly FilterChains _chains = scope.Services.Filters;

    /// <summary>Whether inputs pass any.</summary>
    public bool PassInputs => !_chains.Inputs.IsEmpty;

    /// <summary>Whether changes of the state pass any.</summary>
    public bool PassStateUpdates => !_chains.StateUpdates.IsEmpty;

    private TimeSpan Longest => scope.Services.Options.FilterTimeout;

    private TimeProvider Time => scope.Services.Time;

    /// <summary>What whoever sent it is told.</summary>
    public static Refusal RefusalOf(FilterRefusedException refused) => new(refused.Failure.Code, refused.Failure.Message) { IsOfFilter = true };

    /// <summary>The same where what the filters made of it cannot be used.</summary>
    public static Refusal RefusalOf(string what, IEnumerable<DefinitionProblem> problems) =>
        RefusalOf(FilterFaults.Unusable(what, string.Join(' ', problems.Select(static problem => problem.Message))));

    /// <summary>The input of a submission.</summary>
    /// <exception cref="FilterRefusedException">It does not pass.</exception>
    public ValueTask<JsonElement> PassAsync(SubmitRequest request, Principal? principal, CancellationToken cancellationToken) => _chains.Inputs.IsEmpty
        ? new(request.Input)
        : FilterChains.PassAsync(
            _chains.Inputs,
            new InputContext
            {
                Site = new FilterSite(scope.Tenant)
                {
                    Thread = request.Thread,
                    Agent = request.Definition.Name,
                    AgentVersion = request.Definition.Hash.Value,
                    Principal = principal,
                    Security = request.Security,
                },
                Value = request.Input,
            },
            Longest,
            Time,
            cancellationToken);

    /// <summary>Answers to questions that are open; those that were given where nothing is filtered.</summary>
    /// <exception cref="FilterRefusedException">One does not pass.</exception>
    public async ValueTask<Dictionary<string, JsonElement>> PassAsync(
        ExecutionResult execution, Dictionary<string, JsonElement> answers, Principal? principal, CancellationToken cancellationToken)
    {
        if (_chains.Answers.IsEmpty)
        {
            return answers;
        }

        var record = execution.Record;
        var site = new FilterSite(scope.Tenant)
        {
            Thread = record.Thread.Thread,
            Execution = record.Id,
            Agent = record.Agent,
            AgentVersion = record.Definition.Value,
            Principal = principal,
        };
        var passed = new Dictionary<string, JsonElement>(answers.Count, StringComparer.Ordinal);
        foreach (var (id, answer) in answers)
        {
            var asked = execution.Interrupts.First(open => open.Id == id);
            passed[id] = await FilterChains.PassAsync(
                _chains.Answers,
                new HumanAnswerContext { Site = site, Value = answer, InterruptId = id, Reason = asked.Reason, CallId = asked.CallId, Tool = asked.Tool },
                Longest,
                Time,
                cancellationToken);
        }

        return passed;
    }

    /// <summary>The reason of a cancel; nothing where it does not pass, or is no text any more.</summary>
    public async ValueTask<string?> PassAsync(ExecutionId execution, string? reason, Principal? principal, CancellationToken cancellationToken)
    {
        if (reason is null || _chains.CancelReasons.IsEmpty)
        {
            return reason;
        }

        var context = new CancelReasonContext
        {
            Site = new FilterSite(scope.Tenant) { Execution = execution, Principal = principal },
            Value = JsonSerializer.SerializeToElement(reason, JournalJson.Default.String),
        };
        try
        {
            var passed = await FilterChains.PassAsync(_chains.CancelReasons, context, Longest / 10, Time, cancellationToken);
            return passed.ValueKind == JsonValueKind.String ? passed.GetString() : null;
        }
        catch (FilterRefusedException)
        {
            return null;
        }
    }

    /// <summary>Changes of a thread's state; those that were asked for where nothing is filtered.</summary>
    /// <exception cref="FilterRefusedException">One does not pass.</exception>
    public async ValueTask<StateUpdateRequest> PassAsync(string thread, StateUpdateRequest request, Principal? principal, CancellationToken cancellationToken)
    {
        if (_chains.StateUpdates.IsEmpty)
        {
            return request;
        }

        var site = new FilterSite(scope.Tenant) { Thread = thread, Principal = principal };
        var operations = new List<StateOperation>(request.Operations.Count);
        foreach (var operation in request.Operations)
        {
            operations.Add(operation.Value.ValueKind == JsonValueKind.Undefined ? operation : operation with
            {
                Value = await FilterChains.PassAsync(
                    _chains.StateUpdates,
                    new StateUpdateContext { Site = site, Value = operation.Value, Key = operation.Key, Operation = operation.Op, Id = operation.Id },
                    Longest,
                    Time,
                    cancellationToken),
            });
        }

        return request with { Operations = operations };
    }
}
