using System.Text.Json;
using Actant.Expressions.Nodes;
using Actant.Expressions.Values;

namespace Actant.Expressions.Functions;

/// <summary>
/// The value that a JSON text stands for. Models like to put theirs into a Markdown fence, which is taken off; anything else around it is
/// no JSON.
/// </summary>
internal static class ParseJsonFunction
{
    private const string Fence = "```";

    private static readonly JsonDocumentOptions s_options = new() { MaxDepth = 64, AllowDuplicateProperties = false };

    public static bool TryApply(ref Evaluation evaluation, UnaryCallNode call, in ExpressionValue x, out ExpressionValue value)
    {
        value = default;
        if (x.Kind != ExpressionValueKind.String)
        {
            return evaluation.FailType($"'parseJson' is not defined for {x.Kind.Name()}.", call, call.Argument);
        }

        if (!evaluation.TryReadText(x, call.Position, out var text))
        {
            return false;
        }

        try
        {
            var element = JsonElement.Parse(WithoutFence(text), s_options);
            if (WholeJson.FindBroken(element, "") is not null)
            {
                return evaluation.Fail(ExpressionErrorCodes.InvalidData, "A text in the JSON holds half of a surrogate pair.", call.Position, call.Argument.Path);
            }

            value = ExpressionValue.FromJson(element);
            return true;
        }
        catch (JsonException exception)
        {
            var why = exception.Message.Split(" LineNumber:", 2)[0];
            return evaluation.Fail(ExpressionErrorCodes.InvalidArgument, $"The string is no JSON: {why}", call.Position, call.Argument.Path);
        }
    }

    private static string WithoutFence(string text)
    {
        var inside = text.AsSpan().Trim();
        if (!inside.StartsWith(Fence) || !inside.EndsWith(Fence) || inside.IndexOf('\n') is not (>= 0 and var line) || line >= inside.Length - Fence.Length)
        {
            return text;
        }

        return inside[(line + 1)..^Fence.Length].ToString();
    }
}
