using System.Collections;
using System.Text.Json;
using Actant.Journaling;

namespace Actant.Nodes;

/// <summary>The conversation as values, each made when it is looked at.</summary>
internal sealed class MessageList(List<StateMessage> messages) : IReadOnlyList<JsonElement>
{
    public int Count => messages.Count;

    public JsonElement this[int index] => JsonSerializer.SerializeToElement(messages[index].Message, JournalJson.Default.Message);

    public IEnumerator<JsonElement> GetEnumerator()
    {
        for (var i = 0; i < Count; i++)
        {
            yield return this[i];
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
