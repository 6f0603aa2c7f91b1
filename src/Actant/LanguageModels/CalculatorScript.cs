using System.Buffers;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.AI;

namespace Actant.LanguageModels;

/// <summary>
/// Answers sums by demanding the <c>calculator</c> tool, one round of calls for what can be worked out at once, until all is
/// known; everything the options have an answer to is theirs.
/// </summary>
internal sealed class CalculatorScript(ScriptedOptions options) : IScript
{
    private const string Tool = "calculator";
    private const string Introduction = "I am Actant's scripted stand-in, not a language model.";

    /// <inheritdoc />
    public ScriptedAnswer Answer(ScriptedConversation conversation) => options.Answer(conversation) ?? AnswerSums(conversation);

    private ScriptedAnswer AnswerSums(ScriptedConversation conversation)
    {
        var sums = SumParser.Find(conversation.LastUser, out var cutOff);
        if (sums.Count == 0)
        {
            return Say(cutOff ? $"{Introduction} {Limits}"
                : $"{Introduction} Ask me for a sum, such as 15 + 27, or give this agent a model that can do more.");
        }

        var round = new SumRounds(sums);
        foreach (var message in conversation.SinceUser.Where(message => message.Contents.OfType<FunctionCallContent>().Any()))
        {
            round.Take(message, conversation.SinceUser);
        }

        var ready = round.Ready();
        if (ready.Count > 0 && !conversation.OfferedTools.Contains(Tool))
        {
            return Say(
                $"{Introduction} To work out {string.Join(" and ", sums)} I need the tool '{Tool}', which this agent does not offer.");
        }

        return ready.Count > 0
            ? new ScriptedAnswer { ToolCalls = [.. ready.Select(sum => Demand(sum, round))], Pace = options.Pace }
            : Say(string.Join(' ', sums.Select(round.Tell)) + (cutOff ? $" {Limits}" : ""));
    }

    private static string Limits =>
        $"I can do at most {SumParser.MostSums} sums of {SumParser.MostOperations} operations in one message.";

    private static ScriptedToolCall Demand(Sum sum, SumRounds round)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WriteString("operation", sum.Operation);
            WriteOperand(writer, "a", round.ValueOf(sum.Left!));
            if (sum.Right is not null)
            {
                WriteOperand(writer, "b", round.ValueOf(sum.Right));
            }

            writer.WriteEndObject();
        }

        return new ScriptedToolCall(Tool, JsonElement.Parse(buffer.WrittenSpan, JsonLimits.Decoding));
    }

    private static void WriteOperand(Utf8JsonWriter writer, string name, string value)
    {
        if (IsJsonNumber(value))
        {
            writer.WritePropertyName(name);
            writer.WriteRawValue(value);
        }
        else
        {
            writer.WriteString(name, value);
        }
    }

    private static bool IsJsonNumber(string value)
    {
        var reader = new Utf8JsonReader(Encoding.UTF8.GetBytes(value), new JsonReaderOptions { MaxDepth = JsonLimits.DecodeDepth });
        try
        {
            return reader.Read() && reader.TokenType == JsonTokenType.Number && !reader.Read();
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private ScriptedAnswer Say(string text) => new() { Text = text, Pace = options.Pace };
}
