using System.Text.Json;
using Actant.Events;
using Actant.Journaling;
using Actant.LanguageModels;
using Spectre.Console;

namespace Actant.Server.Running;

/// <summary>Shows an execution as it goes: answers as they stream, calls with arguments and results, what each step took.</summary>
internal sealed class RunView(IAnsiConsole console)
{
    private readonly HashSet<string> _streamed = [];
    private string? _streaming;
    private string _lastAnswer = "";

    public void Show(StreamEvent item)
    {
        switch (item)
        {
            case StreamEvent.DeltaPublished { Delta: var delta }:
                ShowDelta(delta);
                break;
            case StreamEvent.AnswerRestarted { Delta: var delta }:
                EndLine();
                console.MarkupLineInterpolated($"[grey]  the answer of {TerminalText.Line(delta.Activation)} starts again (attempt {delta.Attempt})[/]");
                break;
            case StreamEvent.Stored { Entry: var entry }:
                ShowEntry(entry);
                break;
        }
    }

    public void ShowEnd(ExecutionResult result)
    {
        EndLine();
        var record = result.Record;
        var took = record.EndedAt is { } end ? $" · {(end - (record.StartedAt ?? record.CreatedAt)).TotalSeconds:0.000} s" : "";
        if (record.Status == ExecutionStatus.Completed && result.Response != _lastAnswer)
        {
            console.MarkupLineInterpolated($"[bold green]{TerminalText.Clean(result.Response)}[/]");
        }
        else if (record.Failure is { } failure)
        {
            console.MarkupLineInterpolated($"[bold red]{TerminalText.Line(failure.Code)}[/]: {TerminalText.Field(failure.Message)}");
        }

        console.MarkupLineInterpolated(
            $"[grey]{WordOf(record.Status)} · {record.Tokens} tokens · ${record.CostUsd}{took} · thread {TerminalText.Line(record.Thread.Thread)}[/]");
    }

    /// <summary>Shows what a person is asked.</summary>
    public void ShowQuestion(string where, string prompt)
    {
        EndLine();
        console.MarkupLineInterpolated($"[yellow]  ? {TerminalText.Line(where)}[/] {TerminalText.Clean(prompt)}");
    }

    private void ShowDelta(AnswerDelta delta)
    {
        if (delta.Text.Length == 0)
        {
            return;
        }

        if (_streaming != delta.MessageId)
        {
            EndLine();
            _streaming = delta.MessageId;
            _streamed.Add(delta.MessageId);
            console.MarkupInterpolated($"[blue]{TerminalText.Line(Where(delta.Path, delta.Activation))}[/]: ");
        }

        console.Profile.Out.Writer.Write(TerminalText.Clean(delta.Text));
        console.Profile.Out.Writer.Flush();
    }

    private void ShowEntry(Entry entry)
    {
        var where = TerminalText.Line(Where(entry.Path, entry.Activation));
        switch (entry.Payload)
        {
            case ModelAnswered answer:
                ShowAnswer(where, answer);
                break;
            case ToolFinished { Failure: { } failure } tool:
                EndLine();
                console.MarkupLineInterpolated($"[red]  ✗ {TerminalText.Line(tool.Tool)}[/] {TerminalText.Line(failure.Code)}: {TerminalText.Line(failure.Message)} [grey]{tool.DurationMs} ms[/]");
                break;
            case ToolFinished tool:
                EndLine();
                console.MarkupLineInterpolated($"[green]  ← {TerminalText.Line(tool.Tool)}[/] {TerminalText.Line(Text(tool.Output))} [grey]{tool.DurationMs} ms[/]");
                break;
            case AttemptFailed attempt:
                EndLine();
                console.MarkupLineInterpolated($"[yellow]  {where}: attempt {entry.Attempt} failed[/] {TerminalText.Line(attempt.Failure.Code)}: {TerminalText.Line(attempt.Failure.Message)}");
                break;
            case Interrupted interrupted:
                ShowQuestion(where, interrupted.Interrupt.Prompt);
                break;
        }
    }

    private void ShowAnswer(string where, ModelAnswered answer)
    {
        var text = answer.Message.Text;
        _lastAnswer = text;
        if (text.Length > 0 && !_streamed.Contains(answer.Message.Id ?? ""))
        {
            EndLine();
            console.MarkupInterpolated($"[blue]{where}[/]: ");
            console.Profile.Out.Writer.Write(TerminalText.Clean(text));
            _streaming = answer.Message.Id ?? "";
        }

        EndLine();
        console.MarkupLineInterpolated(
            $"[grey]  {where} · {TerminalText.Line(answer.Model)} ({TerminalText.Line(answer.ModelSource)}) · {answer.Usage.Total} tokens · ${answer.CostUsd} · {answer.DurationMs} ms{(FinishReasons.IsCut(answer.FinishReason) ? $" · not whole: {answer.FinishReason}" : "")}[/]");
        foreach (var call in answer.Message.ToolCalls ?? [])
        {
            console.MarkupLineInterpolated($"[green]  → {TerminalText.Line(call.Name)}[/] {TerminalText.Line(Text(call.Arguments))}");
        }
    }

    private void EndLine()
    {
        if (_streaming is not null)
        {
            _streaming = null;
            console.WriteLine();
        }
    }

    private static string Where(string path, string? activation) => path.Length == 0 ? activation ?? "" : $"{path}/{activation}";

    private static string Text(JsonElement? value) => value is { ValueKind: not JsonValueKind.Undefined } element
        ? element.ValueKind == JsonValueKind.String ? element.GetString()! : element.GetRawText()
        : "";

    private static string WordOf(ExecutionStatus status) => status == ExecutionStatus.TimedOut ? "timed out" : status.ToString().ToLowerInvariant();
}
