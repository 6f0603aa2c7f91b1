namespace Actant.Hosting;

/// <summary>
/// What an assembly adds to a host that it does not compose itself, such as the server: filters, tools, models, senders, whatever
/// <see cref="ActantBuilder"/> takes. Needs a public constructor without parameters; what it adds may ask the container for more.
/// </summary>
public interface IActantPlugin
{
    /// <summary>Adds it. Called once, before the host starts, after the host has added its own.</summary>
    void Configure(ActantBuilder builder);
}
