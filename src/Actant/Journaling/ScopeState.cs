using System.Text.Json;
using System.Text.Json.Serialization;

namespace Actant.Journaling;

/// <summary>The state of one scope: values, conversation, and how far its activations are.</summary>
internal sealed class ScopeState
{
    // Graphs in which more nodes than this take turns in long conversations are rare.
    private const int MostReaders = 8;

    // What follows keeps its order when something is removed, as no Dictionary does: a state that is folded again must be gone through alike.

    /// <summary>Keys that hold one value.</summary>
    public OrderedDictionary<string, JsonElement> Values { get; init; } = new(StringComparer.Ordinal);

    /// <summary>Keys that hold a growing list.</summary>
    public OrderedDictionary<string, List<JsonElement>> Lists { get; init; } = new(StringComparer.Ordinal);

    /// <summary>The conversation, each message once.</summary>
    public List<StateMessage> Messages { get; init; } = [];

    // The older part of the conversation, made ready once for each of the nodes that asked last.
    private readonly List<(string Node, SaidBefore Before)> _before = [];

    /// <summary>Activations of the open execution that have begun something.</summary>
    public OrderedDictionary<string, ActivationState> Activations { get; init; } = new(StringComparer.Ordinal);

    /// <summary>Activations of the open execution that have ended, in order.</summary>
    public List<EndedActivation> Ended { get; init; } = [];

    /// <summary>The keys that nodes of the open execution have written, and where last.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Dictionary<string, long>? Written { get; set; }

    /// <summary>Whether the scope has its input.</summary>
    public bool HasInput { get; set; }

    /// <summary>When a scope inside another one was given its input: the call that it answers takes from then on.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? EnteredAt { get; set; }

    /// <summary>The input that the scope was given.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public JsonElement Input { get; set; }

    /// <summary>Bytes of all values and messages, as JSON.</summary>
    public long Bytes { get; set; }

    /// <summary>What was said before the open execution, as a node is given it: its own answers are those of no other.</summary>
    public SaidBefore BeforeOf(string node)
    {
        var index = _before.FindIndex(before => before.Node == node);
        if (index >= 0)
        {
            return _before[index].Before;
        }

        if (_before.Count == MostReaders)
        {
            _before.RemoveAt(0);
        }

        var before = new SaidBefore();
        _before.Add((node, before));
        return before;
    }

    /// <summary>Whether a key has a value.</summary>
    public bool Has(string key) => Values.ContainsKey(key) || Lists.ContainsKey(key);

    /// <summary>The value of a key that has one; a growing list as one value.</summary>
    public JsonElement Value(string key) =>
        Values.TryGetValue(key, out var value) ? value : JsonSerializer.SerializeToElement(Lists[key], JournalJson.Default.ListJsonElement);

    /// <summary>Forgets how far the execution was; keeps what it said and wrote.</summary>
    public void CloseExecution()
    {
        Activations.Clear();
        Ended.Clear();
        Written = null;
        HasInput = false;
        EnteredAt = null;
        Input = default;
    }

    /// <summary>The scope has its input.</summary>
    public void Enter(InputReceived input, Entry entry)
    {
        HasInput = true;
        EnteredAt = entry.Path.Length == 0 ? null : entry.At;
        Input = input.Input;
    }

    /// <summary>What an input says joins the conversation: a text is the user's, in an object it is <c>messages</c>.</summary>
    public void Say(InputReceived input, Entry entry)
    {
        switch (input.Input.ValueKind)
        {
            case JsonValueKind.String:
                Say([Message.OfText(Roles.User, input.Input.GetString()!)], entry);
                Bytes += Messages[^1].Bytes;
                break;
            case JsonValueKind.Object when input.Input.TryGetProperty("messages"u8, out var messages) && messages.ValueKind == JsonValueKind.Array:
                var before = Messages.Count;
                Say(MessageReader.ReadList(messages), entry);
                Bytes += Messages.Skip(before).Sum(message => message.Bytes);
                break;
        }
    }

    /// <summary>A copy of some keys, of the size of all: to try on it what may not fit. Knows nothing of activations.</summary>
    public ScopeState CopyOf(IReadOnlyCollection<string> keys)
    {
        var copy = new ScopeState { Bytes = Bytes, Messages = keys.Contains("messages") ? [.. Messages] : [] };
        foreach (var key in keys)
        {
            if (Values.TryGetValue(key, out var value))
            {
                copy.Values[key] = value;
            }
            else if (Lists.TryGetValue(key, out var list))
            {
                copy.Lists[key] = [.. list];
            }
        }

        return copy;
    }

    /// <summary>
    /// Why an operation could not do what it says, as its field and a message; <c>null</c> if it can. To remove what is not there is no fault.
    /// </summary>
    public (string Field, string Message)? WhyNot(StateOperation operation)
    {
        var items = operation.Key == "messages" ? null
            : Lists.TryGetValue(operation.Key, out var list) ? list
            : Values.TryGetValue(operation.Key, out var value) && value.ValueKind == JsonValueKind.Array ? [.. value.EnumerateArray()] : null;
        return operation switch
        {
            { Op: StateOperationKind.Append, Key: not "messages" } when items is null && Values.TryGetValue(operation.Key, out var held) && held.ValueKind != JsonValueKind.Null =>
                ("key", $"`{operation.Key}` is no list: nothing can be appended to it. Set it anew."),
            { Op: StateOperationKind.Replace or StateOperationKind.Patch, Id: { } id, Key: "messages" } when !Messages.Exists(message => message.Message.Id == id) =>
                ("id", $"The conversation has no message `{id}`."),
            { Op: StateOperationKind.Replace or StateOperationKind.Patch, Id: { } id, Key: not "messages" } when items?.Exists(item => HasId(item, id)) != true =>
                ("id", $"`{operation.Key}` has no item `{id}`."),
            _ => null,
        };
    }

    /// <summary>Does what an entry says was done.</summary>
    public void Apply(StateOperation operation, Entry entry)
    {
        if (operation.Key == "messages")
        {
            // An append must not cost what the whole conversation does.
            var from = operation.Op == StateOperationKind.Append ? Messages.Count : 0;
            Bytes -= Messages.Skip(from).Sum(message => message.Bytes);
            ApplyToMessages(operation, entry);
            if (operation.Op != StateOperationKind.Append)
            {
                // What was made ready of it may be no longer so; the hash of a result says which call of its answer it belongs to.
                _before.Clear();
                Messages.ForEach(static message => message.Digest = null);
            }

            Bytes += Messages.Skip(from).Sum(message => message.Bytes);
            return;
        }

        var before = operation.Op == StateOperationKind.Append ? 0 : BytesOf(operation.Key);
        ApplyToKey(operation);
        Bytes += operation.Op == StateOperationKind.Append ? JsonValues.BytesOf(operation.Value) : BytesOf(operation.Key) - before;
    }

    private long BytesOf(string key) =>
        (Values.TryGetValue(key, out var value) ? JsonValues.BytesOf(value) : 0) + (Lists.TryGetValue(key, out var list) ? list.Sum(JsonValues.BytesOf) : 0);

    private void ApplyToKey(StateOperation operation)
    {
        switch (operation.Op)
        {
            case StateOperationKind.Set:
                Lists.Remove(operation.Key);
                Values[operation.Key] = operation.Value;
                break;
            case StateOperationKind.Append:
                List(operation.Key).AddRange(operation.Value.EnumerateArray());
                break;
            case StateOperationKind.Replace or StateOperationKind.Patch or StateOperationKind.Remove when operation.Id is not null:
                ApplyToItem(operation);
                break;
            case StateOperationKind.Remove:
                Lists.Remove(operation.Key);
                Values.Remove(operation.Key);
                break;
            case StateOperationKind.Patch:
                // A list is no object: a patch takes its place, as in any other value.
                Lists.Remove(operation.Key);
                Values[operation.Key] = MergePatch.Apply(Values.GetValueOrDefault(operation.Key), operation.Value);
                break;
        }
    }

    private static bool HasId(JsonElement item, string? id) =>
        item.ValueKind == JsonValueKind.Object && item.TryGetProperty("id"u8, out var value) && value.ValueKind == JsonValueKind.String && value.ValueEquals(id);

    /// <summary>Does something to the items of a list that have an id. A key that is no list has none, and stays what it is.</summary>
    private void ApplyToItem(StateOperation operation)
    {
        if (!Lists.ContainsKey(operation.Key) && Values.GetValueOrDefault(operation.Key).ValueKind != JsonValueKind.Array)
        {
            return;
        }

        var list = List(operation.Key);
        if (operation.Op == StateOperationKind.Remove)
        {
            list.RemoveAll(item => HasId(item, operation.Id));
        }
        else if (list.FindIndex(candidate => HasId(candidate, operation.Id)) is var index && index >= 0)
        {
            list[index] = operation.Op == StateOperationKind.Replace ? operation.Value : MergePatch.Apply(list[index], operation.Value);
        }
    }

    private List<JsonElement> List(string key)
    {
        if (!Lists.TryGetValue(key, out var list))
        {
            Lists[key] = list = Values.Remove(key, out var value) && value.ValueKind == JsonValueKind.Array ? [.. value.EnumerateArray()] : [];
        }

        return list;
    }

    private void Say(IReadOnlyList<Message> messages, Entry entry)
    {
        foreach (var message in messages)
        {
            Messages.Add(new StateMessage { Message = message, Position = entry.Position, Execution = entry.Execution, Activation = entry.Activation });
        }
    }

    private void ApplyToMessages(StateOperation operation, Entry entry)
    {
        switch (operation.Op)
        {
            case StateOperationKind.Append:
                Say(MessageReader.ReadList(operation.Value), entry);
                break;
            case StateOperationKind.Set:
                Messages.Clear();
                goto case StateOperationKind.Append;
            case StateOperationKind.Remove:
                Messages.RemoveAll(message => operation.Id is null || message.Message.Id == operation.Id);
                break;
            case StateOperationKind.Replace:
                var index = Messages.FindIndex(message => message.Message.Id == operation.Id);
                if (index >= 0)
                {
                    Messages[index] = Messages[index] with { Message = MessageReader.Read(operation.Value), Chat = null, Digest = null, Told = null, ToldDigest = null };
                }

                break;
        }
    }
}
