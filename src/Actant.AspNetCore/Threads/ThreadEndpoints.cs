using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Actant.AspNetCore.Access;
using Actant.AspNetCore.Answers;
using Actant.AspNetCore.Executions;
using Actant.AspNetCore.Problems;
using Actant.AspNetCore.Requests;
using Actant.Executions;
using Actant.Journaling;
using Microsoft.AspNetCore.Http;

namespace Actant.AspNetCore.Threads;

/// <summary>Shows threads, and branches, rewinds and deletes them.</summary>
internal sealed class ThreadEndpoints(TenantResolver tenants)
{
    private const int LongestHistory = 500;
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public async Task ListAsync(HttpContext context)
    {
        var query = new QueryValues(context.Request.Query);
        var cursor = query.Name("cursor");
        var limit = query.Limit();
        query.Errors.ThrowIfAny();
        var page = await Pages.ReadAsync(() => Client(context).ListThreadsAsync(cursor, limit, context.RequestAborted));
        var view = new ThreadListView([.. page.Items.Select(ThreadSummary.Of)], page.Cursor);
        await Answer.WriteAsync(context, StatusCodes.Status200OK, view, ThreadJson.Wire.ThreadListView);
    }

    public async Task GetAsync(HttpContext context)
    {
        var thread = Thread(context);
        var record = await Client(context).GetThreadAsync(thread, context.RequestAborted) ?? throw Unknown(thread);
        await Answer.WriteAsync(context, StatusCodes.Status200OK, ThreadSummary.Of(record), ThreadJson.Wire.ThreadSummary);
    }

    public async Task GetStateAsync(HttpContext context)
    {
        var thread = Thread(context);
        var query = new QueryValues(context.Request.Query);
        var position = query.Number("position", 0, long.MaxValue);
        query.Errors.ThrowIfAny();
        var record = await Client(context).GetThreadAsync(thread, context.RequestAborted) ?? throw Unknown(thread);
        var view = position > record.Position ? null : await Client(context).GetStateAsync(thread, position, context.RequestAborted);
        if (view is null)
        {
            throw new ProblemException(ProblemCodes.PositionNotFound, $"The thread's positions go from 0 to {record.Position}.");
        }

        await Answer.WriteAsync(context, StatusCodes.Status200OK, ThreadStateView.Of(view), ThreadJson.Wire.ThreadStateView);
    }

    public async Task UpdateStateAsync(HttpContext context)
    {
        var thread = Thread(context);
        var key = RequestKey.Of(context);
        var fields = await RequestBody.ReadAsync(context);
        var operations = StateOperationFields.Read(fields);
        fields.Done();
        var request = new StateUpdateRequest { Operations = operations, IdempotencyKey = key };
        var record = Replies.Take(await Client(context).UpdateStateAsync(thread, request, CancellationToken.None), context);
        await Answer.WriteAsync(context, StatusCodes.Status202Accepted, ThreadSummary.Of(record), ThreadJson.Wire.ThreadSummary);
    }

    public async Task GetHistoryAsync(HttpContext context)
    {
        var thread = Thread(context);
        var query = new QueryValues(context.Request.Query);
        var from = query.Number("from", 1, long.MaxValue) ?? 1;
        var limit = Math.Min(query.Limit(), LongestHistory);
        query.Errors.ThrowIfAny();
        var record = await Client(context).GetThreadAsync(thread, context.RequestAborted) ?? throw Unknown(thread);
        var entries = await Client(context).GetHistoryAsync(thread, from, limit, context.RequestAborted);
        await WriteHistoryAsync(context, thread, entries, isLast: entries.Count < limit && (entries.Count == 0 || entries[^1].Position >= record.Position));
    }

    public async Task ForkAsync(HttpContext context)
    {
        var thread = Thread(context);
        var key = RequestKey.Of(context);
        var fields = await RequestBody.ReadAsync(context);
        var position = Position(fields);
        var target = fields.Name("thread_id");
        var continues = fields.Flag("continue") ?? false;
        fields.Done();
        var branch = Replies.Take(await Client(context).ForkAsync(thread, position, target, continues, key, CancellationToken.None), context);
        context.Response.Headers.Location = $"/api/v1/threads/{Uri.EscapeDataString(branch.Thread.Thread)}";
        await Answer.WriteAsync(context, StatusCodes.Status201Created, BranchView.Of(branch), ThreadJson.Wire.BranchView);
    }

    public async Task RewindAsync(HttpContext context)
    {
        var thread = Thread(context);
        var key = RequestKey.Of(context);
        var fields = await RequestBody.ReadAsync(context);
        var position = Position(fields);
        var continues = fields.Flag("continue") ?? false;
        fields.Done();
        var branch = Replies.Take(await Client(context).RewindAsync(thread, position, continues, key, CancellationToken.None), context);
        await Answer.WriteAsync(context, StatusCodes.Status200OK, BranchView.Of(branch), ThreadJson.Wire.BranchView);
    }

    public async Task EraseAsync(HttpContext context)
    {
        var thread = Thread(context);
        var fields = await RequestBody.ReadAsync(context);
        var positions = new List<long>();
        if (fields.RequiredValue("positions") is { ValueKind: JsonValueKind.Array } items && items.EnumerateArray().All(static item => item.ValueKind == JsonValueKind.Number && item.TryGetInt64(out _)))
        {
            positions.AddRange(items.EnumerateArray().Select(static item => item.GetInt64()));
        }
        else if (fields.Value("positions") is not null)
        {
            fields.Wrong("positions", "A list of positions is expected.");
        }

        fields.Done();
        var branch = Replies.Take(await Client(context).EraseAsync(thread, positions, CancellationToken.None), context);
        await Answer.WriteAsync(context, StatusCodes.Status200OK, BranchView.Of(branch), ThreadJson.Wire.BranchView);
    }

    public async Task DeleteAsync(HttpContext context)
    {
        var thread = Thread(context);
        if (!await Client(context).DeleteThreadAsync(thread, CancellationToken.None))
        {
            throw Unknown(thread);
        }

        context.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    private ExecutionClient Client(HttpContext context) => tenants.ClientOf(context);

    private static long Position(RequestFields fields)
    {
        var position = fields.Number("position", 0, long.MaxValue);
        if (position is null)
        {
            fields.RequiredValue("position");
        }

        return position ?? 0;
    }

    private static string Thread(HttpContext context)
    {
        var thread = (string)context.Request.RouteValues["id"]!;
        return NameRules.IsName(thread) ? thread : throw Unknown(thread);
    }

    private static ProblemException Unknown(string thread) =>
        new(ProblemCodes.ThreadNotFound, NameRules.IsName(thread) ? $"There is no thread '{thread}'." : "There is no such thread.");

    private static async Task WriteHistoryAsync(HttpContext context, string thread, IReadOnlyList<Entry> entries, bool isLast)
    {
        var buffer = new ArrayBufferWriter<byte>(4096);
        await using (var json = new Utf8JsonWriter(buffer, Options))
        {
            json.WriteStartObject();
            json.WriteString("thread_id"u8, thread);
            json.WriteStartArray("entries"u8);
            foreach (var entry in entries)
            {
                EntryJson.Write(json, entry, thread, withKind: true);
            }

            json.WriteEndArray();
            if (!isLast)
            {
                json.WriteNumber("next_from"u8, entries[^1].Position + 1);
            }

            json.WriteEndObject();
        }

        context.Response.ContentType = "application/json";
        context.Response.ContentLength = buffer.WrittenCount;
        await context.Response.Body.WriteAsync(buffer.WrittenMemory, context.RequestAborted);
    }
}
