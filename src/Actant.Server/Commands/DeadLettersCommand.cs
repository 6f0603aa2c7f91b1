using System.CommandLine;
using System.Globalization;
using Actant.Nats;
using Actant.Server.Settings;
using NATS.Client.Core;

namespace Actant.Server.Commands;

/// <summary><c>actant dead-letters</c>: messages of NATS that were given up. It asks NATS itself, as whoever sent them did.</summary>
internal static class DeadLettersCommand
{
    public static Command Create(TextWriter output, TextWriter error)
    {
        var list = new Command("list", "Show what was given up, and why; the oldest first.");
        list.SetAction((_, stop) => RunAsync(error, async box =>
        {
            await foreach (var letter in box.ListAsync(stop))
            {
                await output.WriteLineAsync(string.Create(
                    CultureInfo.InvariantCulture, $"{letter.Sequence}  {letter.At.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss'Z'}  {letter.Subject}  {letter.Size} bytes  {letter.Code}: {letter.Reason}"));
            }

            return ExitCodes.Done;
        }));
        var numbers = new Argument<ulong[]>("sequence") { Description = "Their numbers, as list shows them.", HelpName = "SEQUENCE", Arity = ArgumentArity.ZeroOrMore };
        var all = new Option<bool>("--all") { Description = "All that there are now." };
        var resend = new Command("resend", "Send some again as the jobs that they were, and take them out of the dead letters.") { numbers, all };
        resend.SetAction((parsed, stop) => RunAsync(error, box => ResendAsync(box, parsed.GetValue(numbers) ?? [], parsed.GetValue(all), output, error, stop)));
        var command = new Command("dead-letters", "List messages of NATS that were given up, and send them again. NATS_URL says where.") { list, resend };
        ExamplesHelp.AddTo(command, "NATS_URL=nats://nats:4222 actant dead-letters list", "actant dead-letters resend 17 18", "actant dead-letters resend --all");
        return command;
    }

    private static async Task<int> ResendAsync(DeadLetterBox box, ulong[] numbers, bool isAll, TextWriter output, TextWriter error, CancellationToken cancellationToken)
    {
        if (isAll == numbers.Length > 0)
        {
            await error.WriteLineAsync("actant: say which: their numbers, or --all.");
            return ExitCodes.BadInput;
        }

        // What is given up anew meanwhile is not sent again and again.
        IReadOnlyList<ulong> chosen = isAll ? await box.ListAsync(cancellationToken).Select(static letter => letter.Sequence).ToListAsync(cancellationToken) : numbers;
        var code = ExitCodes.Done;
        foreach (var number in chosen)
        {
            var outcome = await box.ResendAsync(number, cancellationToken);
            if (outcome == ResendOutcome.Sent)
            {
                await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{number}  sent"));
                continue;
            }

            code = ExitCodes.Failed;
            await error.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"actant: {number}: {Reason(outcome)}"));
        }

        return code;
    }

    private static string Reason(ResendOutcome outcome) => outcome switch
    {
        ResendOutcome.Missing => "there is no such dead letter.",
        ResendOutcome.WithoutBody => "its body was too large to be kept; only whoever sent it can do so again.",
        _ => "the stream of jobs still takes its Nats-Msg-Id for a repetition; try again after the stream's duplicate window (2 minutes unless somebody changed it).",
    };

    private static async Task<int> RunAsync(TextWriter error, Func<DeadLetterBox, Task<int>> action)
    {
        var (settings, errors) = NatsReader.FromEnvironment();
        if (errors.Count == 0 && settings is null)
        {
            errors = ["NATS_URL, or Actant:Nats:Url, names no server to ask."];
        }

        if (errors.Count > 0)
        {
            foreach (var problem in errors)
            {
                await error.WriteLineAsync($"actant: {problem}");
            }

            return ExitCodes.BadInput;
        }

        try
        {
            await using var box = new DeadLetterBox(settings!);
            return await action(box);
        }
        catch (NatsException exception)
        {
            await error.WriteLineAsync($"actant: NATS: {exception.Message.ReplaceLineEndings(" ")}");
            return ExitCodes.Failed;
        }
    }
}
