using System.Collections;
using System.Diagnostics.CodeAnalysis;
using Actant.Expressions;
using Actant.Journaling;

namespace Actant.Nodes;

/// <summary>
/// The root <c>state</c>: each key is made a value when it is looked at, so that a condition on one key costs the same however much
/// the others hold.
/// </summary>
internal sealed class StateMembers(ScopeState scope, bool withMessages, IReadOnlyDictionary<string, WrittenValue>? written) : IReadOnlyDictionary<string, ExpressionValue>
{
    private const string Messages = "messages";

    public int Count => Keys.Count();

    public IEnumerable<string> Keys => scope.Values.Keys.Concat(scope.Lists.Keys).Where(key => written?.ContainsKey(key) != true)
        .Concat((written?.Keys ?? []).Where(static key => key != Messages))
        .Concat(withMessages ? [Messages] : []);

    public IEnumerable<ExpressionValue> Values => Keys.Select(key => this[key]);

    public ExpressionValue this[string key] => TryGetValue(key, out var value) ? value : throw new KeyNotFoundException(key);

    public bool ContainsKey(string key) => TryGetValue(key, out _);

    public bool TryGetValue(string key, [MaybeNullWhen(false)] out ExpressionValue value)
    {
        if (key == Messages && !withMessages)
        {
            value = default;
            return false;
        }

        if (written?.TryGetValue(key, out var now) == true)
        {
            value = now.ToExpression();
        }
        else if (scope.Values.TryGetValue(key, out var element))
        {
            value = ExpressionValue.FromJson(element);
        }
        else if (scope.Lists.TryGetValue(key, out var list))
        {
            value = ExpressionValue.FromView((IReadOnlyList<ExpressionValue>)new ElementList(list));
        }
        else if (key == Messages)
        {
            value = ExpressionValue.FromView((IReadOnlyList<ExpressionValue>)new ElementList(new MessageList(scope.Messages)));
        }
        else
        {
            value = default;
            return false;
        }

        return true;
    }

    public IEnumerator<KeyValuePair<string, ExpressionValue>> GetEnumerator()
    {
        foreach (var key in Keys)
        {
            yield return new(key, this[key]);
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
