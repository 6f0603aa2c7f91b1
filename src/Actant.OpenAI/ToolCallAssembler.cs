using System.Text;
using System.Text.Json;
using Actant.LanguageModels;
using Microsoft.Extensions.AI;

namespace Actant.OpenAI;

/// <summary>Puts the calls of an answer together: their pieces come interleaved, each with the index of its call.</summary>
internal sealed class ToolCallAssembler
{
    private const int MostCalls = 128;
    private readonly SortedDictionary<long, Call> _calls = [];
    private readonly Dictionary<int, long> _places = [];

    /// <summary>
    /// Takes a piece. Only the first of a call has its id; servers that repeat it do no harm. One with a name begins another call, whatever its
    /// index says, if it has another id, or if nothing can follow in the call before: some servers give all calls the same index, and even
    /// the same id or none.
    /// </summary>
    /// <exception cref="FormatException">There are more calls than anybody makes.</exception>
    public void Add(int index, ToolCallPiece piece)
    {
        var call = _places.TryGetValue(index, out var place) ? _calls[place] : null;
        if (call is null || call.IsFollowedBy(piece))
        {
            if (_calls.Count == MostCalls)
            {
                throw new FormatException($"it demands more than {MostCalls} tool calls.");
            }

            // The place of an index may be taken by a call that shares the index before.
            _places[index] = place = call is null && !_calls.ContainsKey(index) ? index : _calls.Keys.Last() + 1;
            _calls[place] = call = new Call();
        }

        call.Add(piece);
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

    private sealed class Call
    {
        private readonly StringBuilder _arguments = new();
        private readonly JsonExtent _extent = new();
        private string? _id;
        private string _name = "";
        private JsonElement? _data;
        private bool _hasArguments;

        /// <summary>Whether a piece is of another call.</summary>
        public bool IsFollowedBy(ToolCallPiece piece) =>
            piece.Name is { Length: > 0 } && _name.Length > 0
            && ((piece.Id is not null && _id is not null && piece.Id != _id)
                || _extent.IsWhole
                || (!piece.HasIndex && !_hasArguments && piece.Name != _name)
                || (_hasArguments && _arguments.Length == 0 && piece.Arguments is { Length: 0 } && (piece.Id is null) == (_id is null)));

        public void Add(ToolCallPiece piece)
        {
            AddName(piece.Name);
            _id ??= piece.Id;
            _data ??= piece.Data;
            _hasArguments |= piece.Arguments is not null;
            _arguments.Append(piece.Arguments);
            _extent.Read(piece.Arguments);
        }

        public FunctionCallContent ToContent(string fallbackId)
        {
            var text = _arguments.ToString();
            try
            {
                return With(new FunctionCallContent(_id ?? fallbackId, _name, ArgumentsText.Read(text)));
            }
            catch (JsonException exception)
            {
                return With(new FunctionCallContent(_id ?? fallbackId, _name)
                {
                    Exception = exception,
                    AdditionalProperties = new() { [ModelCallProperties.RawArguments] = text },
                });
            }
        }

        // Pieces come before the arguments and are joined. Some servers repeat the whole name in each chunk, some all of it so far.
        private void AddName(string? piece)
        {
            if (piece is null || _arguments.Length > 0 || piece == _name)
            {
                _name = _name.Length == 0 ? piece ?? "" : _name;
            }
            else
            {
                _name = piece.StartsWith(_name, StringComparison.Ordinal) ? piece : _name + piece;
            }
        }

        private FunctionCallContent With(FunctionCallContent call)
        {
            if (_data is { } data)
            {
                (call.AdditionalProperties ??= [])[ModelCallProperties.ProviderData] = data;
            }

            return call;
        }
    }
}
