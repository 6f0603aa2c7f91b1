using System.Text;
using System.Text.Json;
using Actant.LanguageModels;
using Microsoft.Extensions.AI;

namespace Actant.OpenAI;

/// <summary>Puts the calls of an answer together: their pieces come interleaved, each with the index of its call.</summary>
internal sealed class ToolCallAssembler
{
    private const int MostCalls = 128;
    private readonly SortedDictionary<long, Piece> _calls = [];
    private readonly Dictionary<int, long> _places = [];

    /// <summary>
    /// Takes a piece. Only the first of a call has its id and name; servers that repeat them do no harm. One with a name begins another
    /// call, whatever its index says, if it has another id, or if nothing can follow in the call before: some servers give all calls the
    /// same index, and even the same id or none.
    /// </summary>
    /// <exception cref="FormatException">There are more calls than anybody makes.</exception>
    public void Add(int index, string? id, string? name, string? arguments, JsonElement? data = null)
    {
        var call = _places.TryGetValue(index, out var place) ? _calls[place] : null;
        if (call is null || call.IsFollowedBy(id, name, arguments))
        {
            if (_calls.Count == MostCalls)
            {
                throw new FormatException($"it demands more than {MostCalls} tool calls.");
            }

            // The place of an index may be taken by a call that shares the index before.
            _places[index] = place = call is null && !_calls.ContainsKey(index) ? index : _calls.Keys.Last() + 1;
            _calls[place] = call = new Piece();
        }

        call.Id = call.Id is { Length: > 0 } ? call.Id : id;
        call.Name = call.Name is { Length: > 0 } ? call.Name : name;
        call.Data ??= data;
        call.Append(arguments);
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
        private readonly StringBuilder _arguments = new();
        private readonly JsonExtent _extent = new();
        private bool _hasArguments;

        public string? Id { get; set; }

        public string? Name { get; set; }

        public JsonElement? Data { get; set; }

        /// <summary>Whether a piece is of another call.</summary>
        public bool IsFollowedBy(string? id, string? name, string? arguments) =>
            name is { Length: > 0 } && Name is { Length: > 0 }
            && ((id is { Length: > 0 } && Id is { Length: > 0 } && id != Id)
                || _extent.IsWhole
                || (_hasArguments && _arguments.Length == 0 && arguments is { Length: 0 }));

        public void Append(string? arguments)
        {
            _hasArguments |= arguments is not null;
            _arguments.Append(arguments);
            _extent.Read(arguments);
        }

        public FunctionCallContent ToContent(string fallbackId)
        {
            var id = Id is { Length: > 0 } ? Id : fallbackId;
            var text = _arguments.ToString();
            try
            {
                return With(new FunctionCallContent(id, Name ?? "", ArgumentsText.Read(text)));
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
    }
}
