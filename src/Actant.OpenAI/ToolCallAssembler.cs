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
    private readonly Dictionary<int, int> _places = [];

    /// <summary>
    /// Takes a piece. Only the first of a call has its id and name; servers that repeat them do no harm. One with another id and a name
    /// begins another call, whatever its index says: some servers give all calls the same.
    /// </summary>
    /// <exception cref="FormatException">There are more calls than anybody makes.</exception>
    public void Add(int index, string? id, string? name, string? arguments, JsonElement? data = null)
    {
        var place = _places.GetValueOrDefault(index, index);
        if (_calls.TryGetValue(place, out var call) && id is { Length: > 0 } && name is { Length: > 0 } && call.Id is { Length: > 0 } known && known != id)
        {
            _places[index] = place = _calls.Keys.Last() + 1;
            call = null;
        }

        if (call is null)
        {
            if (_calls.Count == MostCalls)
            {
                throw new FormatException($"it demands more than {MostCalls} tool calls.");
            }

            _calls[place] = call = new Piece();
        }

        call.Id = call.Id is { Length: > 0 } ? call.Id : id;
        call.Name = call.Name is { Length: > 0 } ? call.Name : name;
        call.Data ??= data;
        call.Arguments.Append(arguments);
    }

    /// <summary>The calls in order; the assembler is empty afterwards.</summary>
    /// <param name="answerId">Names calls that came without an id.</param>
    public IReadOnlyList<FunctionCallContent> Take(string? answerId)
    {
        var calls = _calls.Select(call => call.Value.ToContent($"{answerId ?? "call"}_{call.Key}")).ToList();
        _calls.Clear();
        _places.Clear();
        return calls;
    }

    private sealed class Piece
    {
        public string? Id { get; set; }

        public string? Name { get; set; }

        public JsonElement? Data { get; set; }

        public StringBuilder Arguments { get; } = new();

        public FunctionCallContent ToContent(string fallbackId)
        {
            var id = Id is { Length: > 0 } ? Id : fallbackId;
            var text = Arguments.ToString();
            try
            {
                return With(new FunctionCallContent(id, Name ?? "", Read(text)));
            }
            catch (JsonException exception)
            {
                return With(new FunctionCallContent(id, Name ?? "")
                {
                    Exception = exception,
                    AdditionalProperties = new() { [ModelCallProperties.RawArguments] = text },
                });
            }
        }

        private FunctionCallContent With(FunctionCallContent call)
        {
            if (Data is { } data)
            {
                (call.AdditionalProperties ??= [])[ModelCallProperties.ProviderData] = data;
            }

            return call;
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
