using System.Text;
using System.Text.Json;
using Actant.LanguageModels;
using Microsoft.Extensions.AI;

namespace Actant.OpenAI;

/// <summary>Puts the calls of an answer together: their pieces come interleaved, each with the index of its call.</summary>
internal sealed class ToolCallAssembler
{
    private const int MostCalls = 128;
    private readonly SortedDictionary<int, Piece> _calls = [];

    /// <summary>Takes a piece. Only the first of a call has its id and name; servers that repeat them do no harm.</summary>
    /// <exception cref="FormatException">There are more calls than anybody makes.</exception>
    public void Add(int index, string? id, string? name, string? arguments)
    {
        if (!_calls.TryGetValue(index, out var call))
        {
            if (_calls.Count == MostCalls)
            {
                throw new FormatException($"it demands more than {MostCalls} tool calls.");
            }

            _calls[index] = call = new Piece();
        }

        call.Id = call.Id is { Length: > 0 } ? call.Id : id;
        call.Name = call.Name is { Length: > 0 } ? call.Name : name;
        call.Arguments.Append(arguments);
    }

    /// <summary>The calls in order; the assembler is empty afterwards.</summary>
    /// <param name="answerId">Names calls that came without an id.</param>
    public IReadOnlyList<FunctionCallContent> Take(string? answerId)
    {
        var calls = _calls.Select(call => call.Value.ToContent($"{answerId ?? "call"}_{call.Key}")).ToList();
        _calls.Clear();
        return calls;
    }

    private sealed class Piece
    {
        public string? Id { get; set; }

        public string? Name { get; set; }

        public StringBuilder Arguments { get; } = new();

        public FunctionCallContent ToContent(string fallbackId)
        {
            var id = Id is { Length: > 0 } ? Id : fallbackId;
            var text = Arguments.ToString();
            try
            {
                return new FunctionCallContent(id, Name ?? "", Read(text));
            }
            catch (JsonException exception)
            {
                return new FunctionCallContent(id, Name ?? "")
                {
                    Exception = exception,
                    AdditionalProperties = new() { [ModelCallProperties.RawArguments] = text },
                };
            }
        }

        private static Dictionary<string, object?> Read(string text)
        {
            var arguments = new Dictionary<string, object?>();
            if (string.IsNullOrWhiteSpace(text))
            {
                return arguments;
            }

            var parsed = JsonElement.Parse(text, JsonLimits.Value);
            if (parsed.ValueKind != JsonValueKind.Object)
            {
                throw new JsonException("The arguments are no object.");
            }

            foreach (var member in parsed.EnumerateObject())
            {
                arguments[member.Name] = member.Value;
            }

            return arguments;
        }
    }
}
