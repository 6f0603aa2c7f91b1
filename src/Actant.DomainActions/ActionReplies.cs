using Microsoft.Extensions.Logging;
using StackExchange.Redis;

namespace Actant.DomainActions;

/// <summary>Puts answers where they are waited for.</summary>
internal sealed partial class ActionReplies(DomainActionOptions options, DomainActionLink link, ILogger log)
{
    /// <summary>Answers at once. What cannot be put there, whoever asked must ask again.</summary>
    /// <exception cref="RedisException">The server is away.</exception>
    /// <exception cref="TimeoutException">It does not answer.</exception>
    public async Task AnswerAsync(string queue, byte[] answer)
    {
        try
        {
            if (await PutAsync(queue, answer, options.ReplyLifetime) < 0)
            {
                LogNotPut(log, queue, $"{options.MaxReplies} answers wait there already");
            }
        }
        catch (RedisServerException exception)
        {
            LogNotPut(log, queue, exception.Message.ReplaceLineEndings(" "));
        }
    }

    /// <summary>Puts something into a queue.</summary>
    /// <returns>How many wait there now; -1 where as many wait as may.</returns>
    /// <exception cref="RedisException">The server did not take it.</exception>
    /// <exception cref="TimeoutException">It does not answer.</exception>
    public async Task<long> PutAsync(string queue, byte[] body, TimeSpan lifetime) =>
        (long)await link.Database.ScriptEvaluateAsync(QueueScripts.Reply, [queue], [body, (long)lifetime.TotalMilliseconds, options.MaxReplies]);

    [LoggerMessage(EventId = 6401, Level = LogLevel.Warning, Message = "An answer could not be put into {Queue}: {Reason}")]
    private static partial void LogNotPut(ILogger logger, string queue, string reason);
}
