using System.Text.Json;
using Actant.Expressions;
using Actant.Journaling;

namespace Actant.Nodes;

/// <summary>A scope's state as the roots <c>state</c> and <c>input</c> of expressions, with writes that are not stored yet on top.</summary>
/// <param name="scope">The scope.</param>
/// <param name="withMessages">Whether anybody will read <c>state.messages</c>: turning a long conversation into values is not free.</param>
/// <param name="written">Values on top.</param>
internal sealed class StateView(ScopeState scope, bool withMessages, IReadOnlyDictionary<string, JsonElement>? written = null) : IExpressionScope
{
    private ExpressionValue? _state;

    /// <inheritdoc />
    public bool TryGetValue(string name, out ExpressionValue value)
    {
        switch (name)
        {
            case "state":
                value = _state ??= Members();
                return true;
            case "input":
                value = ExpressionValue.FromJson(scope.Input);
                return true;
            case "item":
                value = default;
                return true;
            default:
                value = default;
                return false;
        }
    }

    private ExpressionValue Members()
    {
        var members = new List<KeyValuePair<string, ExpressionValue>>(scope.Values.Count + scope.Lists.Count + 1);
        foreach (var (key, element) in scope.Values)
        {
            members.Add(new(key, ExpressionValue.FromJson(element)));
        }

        foreach (var (key, list) in scope.Lists)
        {
            members.Add(new(key, ExpressionValue.FromItems(list.ConvertAll(ExpressionValue.FromJson))));
        }

        foreach (var (key, element) in written ?? new Dictionary<string, JsonElement>())
        {
            members.RemoveAll(member => member.Key == key);
            members.Add(new(key, ExpressionValue.FromJson(element)));
        }

        if (!withMessages)
        {
            return ExpressionValue.FromMembers(members);
        }

        members.Add(new("messages", ExpressionValue.FromItems(scope.Messages.ConvertAll(message =>
            ExpressionValue.FromJson(JsonSerializer.SerializeToElement(message.Message, JournalJson.Default.Message))))));
        return ExpressionValue.FromMembers(members);
    }
}
