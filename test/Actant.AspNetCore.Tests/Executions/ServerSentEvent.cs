using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Actant.AspNetCore.Tests.Executions;

/// <summary>One event of a stream, or a comment (then without a name).</summary>
internal sealed record ServerSentEvent(string? Id, string? Name, JsonElement Data)
{
    public static async IAsyncEnumerable<ServerSentEvent> ReadAsync(HttpResponseMessage response, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(cancellationToken));
        string? id = null, name = null, data = null;
        var isComment = false;
        while (await reader.ReadLineAsync(cancellationToken) is { } line)
        {
            if (line.Length == 0)
            {
                if (data is not null || isComment)
                {
                    yield return new ServerSentEvent(id, name, data is null ? default : JsonElement.Parse(data));
                }

                (id, name, data, isComment) = (null, null, null, false);
            }
            else if (line.StartsWith("id: ", StringComparison.Ordinal))
            {
                id = line[4..];
            }
            else if (line.StartsWith("event: ", StringComparison.Ordinal))
            {
                name = line[7..];
            }
            else if (line.StartsWith("data: ", StringComparison.Ordinal))
            {
                data = line[6..];
            }
            else
            {
                isComment |= line.StartsWith(':');
            }
        }
    }
}
