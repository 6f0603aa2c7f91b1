using Actant.Api;
using Actant.AspNetCore.Access;
using Actant.AspNetCore.Answers;
using Actant.AspNetCore.Problems;
using Actant.AspNetCore.Requests;
using Actant.Executions;
using Actant.Storage;
using Microsoft.AspNetCore.Http;

namespace Actant.AspNetCore.Executions;

/// <summary>Submits, shows and steers executions.</summary>
internal sealed class ExecutionEndpoints(SubmissionReader submissions, TenantResolver tenants)
{
    private const int LongestReason = 1_000;

    public async Task SubmitAsync(HttpContext context)
    {
        var request = await submissions.ReadAsync(context, tenants.Of(context));
        var record = Replies.Take(await Client(context).SubmitAsync(request, CancellationToken.None), context);
        context.Response.Headers.Location = $"/api/v1/executions/{record.Id}";
        await Answer.WriteAsync(context, StatusCodes.Status202Accepted, AcceptedView.Of(record), ExecutionJson.Wire.AcceptedView);
    }

    public async Task GetAsync(HttpContext context)
    {
        var id = ExecutionRoute.Id(context);
        var result = await Client(context).GetAsync(id, context.RequestAborted) ?? throw ExecutionRoute.Unknown(id.ToString());
        var isFinal = result.Record.Status.IsEnd();
        if (!isFinal || !Answer.IsKnown(context, $"{id}-{result.Record.EndPosition}"))
        {
            var wait = result.Record.Status is ExecutionStatus.Pending or ExecutionStatus.Running ? await Client(context).FindWaitAsync(id, context.RequestAborted) : null;
            var view = ExecutionView.Of(result) with { Waiting = wait is null ? null : WaitView.Of(result.Record, wait) };
            await Answer.WriteAsync(context, StatusCodes.Status200OK, view, ExecutionJson.Wire.ExecutionView);
        }
    }

    public async Task ListAsync(HttpContext context)
    {
        var query = new QueryValues(context.Request.Query);
        var filter = new ExecutionFilter
        {
            Status = query.Word("status", [.. Words.Statuses.Keys]) is { } word ? Words.Statuses[word] : null,
            Agent = query.Name("agent"),
            Thread = query.Name("thread_id"),
            Subject = query.Name("subject"),
            Batch = query.Name("batch"),
            Root = Root(query),
            Labels = Labels(query),
        };
        var cursor = query.Name("cursor");
        var limit = query.Limit();
        query.Errors.ThrowIfAny();
        var page = await Pages.ReadAsync(() => Client(context).ListAsync(filter, cursor, limit, context.RequestAborted));
        var view = new ExecutionListView([.. page.Items.Select(ExecutionView.Of)], page.Cursor);
        await Answer.WriteAsync(context, StatusCodes.Status200OK, view, ExecutionJson.Wire.ExecutionListView);
    }

    public async Task StartAsync(HttpContext context)
    {
        (await RequestBody.ReadAsync(context, optional: true)).Done();
        await AnswerAsync(context, await Client(context).StartAsync(ExecutionRoute.Id(context), CancellationToken.None));
    }

    public async Task StopAsync(HttpContext context)
    {
        (await RequestBody.ReadAsync(context, optional: true)).Done();
        await AnswerAsync(context, await Client(context).StopAsync(ExecutionRoute.Id(context), CancellationToken.None));
    }

    public async Task CancelAsync(HttpContext context)
    {
        var fields = await RequestBody.ReadAsync(context, optional: true);
        var reason = fields.Text("reason", LongestReason);
        fields.Done();
        await AnswerAsync(context, await Client(context).CancelAsync(ExecutionRoute.Id(context), reason, CancellationToken.None));
    }

    /// <summary>For callers that lost the answer of their submission: the key is all they know.</summary>
    public async Task CancelByKeyAsync(HttpContext context)
    {
        var fields = await RequestBody.ReadAsync(context);
        var key = fields.Name("idempotency_key");
        var reason = fields.Text("reason", LongestReason);
        if (key is null)
        {
            fields.RequiredValue("idempotency_key");
        }

        fields.Done();
        var record = await Client(context).FindAsync(key!, context.RequestAborted)
            ?? throw new ProblemException(ProblemCodes.ExecutionNotFound, "No execution was submitted with this idempotency key.");
        await AnswerAsync(context, await Client(context).CancelAsync(record.Id, reason, CancellationToken.None));
    }

    public async Task ResumeAsync(HttpContext context)
    {
        var fields = await RequestBody.ReadAsync(context);
        var request = new ResumeRequest
        {
            Answer = fields.Value("answer"),
            Answers = fields.Object("answers")?.EnumerateObject().ToDictionary(answer => answer.Name, answer => answer.Value) ?? [],
        };
        if ((request.Answer is null) == (request.Answers.Count == 0))
        {
            fields.Errors.Add("$.answer", "missing_field", "Either answer, or answers (an object of answers by the interrupt's id) is needed.");
        }

        fields.Done();
        await AnswerAsync(context, await Client(context).ResumeAsync(ExecutionRoute.Id(context), request, CancellationToken.None));
    }

    private static ExecutionId? Root(QueryValues query)
    {
        if (query.Name("root_execution_id") is not { } text)
        {
            return null;
        }

        if (ExecutionId.TryParse(text, out var id))
        {
            return id;
        }

        query.Errors.Add("?root_execution_id", "wrong_type", "An execution's id is expected.");
        return null;
    }

    /// <summary>The parameter may come several times: each names one label that must be there.</summary>
    private static Dictionary<string, string> Labels(QueryValues query)
    {
        var labels = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var pair in query.All("label", ExecutionTags.MaxLabels))
        {
            if (pair.IndexOf('=', StringComparison.Ordinal) is > 0 and var at && labels.TryAdd(pair[..at], pair[(at + 1)..]))
            {
                continue;
            }

            query.Errors.Add("?label", "wrong_type", "name=value is expected, each name once.");
        }

        return labels;
    }

    private ExecutionClient Client(HttpContext context) => tenants.ClientOf(context);

    private static Task AnswerAsync(HttpContext context, Reply<ExecutionRecord> reply) =>
        Answer.WriteAsync(context, StatusCodes.Status202Accepted, AcceptedView.Of(Replies.Take(reply, context)), ExecutionJson.Wire.AcceptedView);
}
