namespace Actant.Hosting;

/// <summary>Something outside that this process works with, and that <c>GET /ready</c> asks for.</summary>
public interface IReadyCheck
{
    /// <summary>What it is called there, such as <c>redis</c>.</summary>
    string Name { get; }

    /// <summary>
    /// Whether work is still done without it, so that the process is <c>degraded</c> and no less ready, unless
    /// <see cref="ReadyOptions.RequireBrokers"/> says otherwise.
    /// </summary>
    bool IsBroker { get; }

    /// <summary>Whether it really answers: <c>ok</c>, or why not, in words that anybody may read. One that takes longer than 2 s counts as silent.</summary>
    ValueTask<string> CheckAsync(CancellationToken cancellationToken);
}
