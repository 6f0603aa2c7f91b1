using System.Text.Json.Serialization.Metadata;
using Actant.Access;

namespace Actant.Api;

/// <summary>An operation that answers with one view.</summary>
/// <typeparam name="TCommand">What it is asked with.</typeparam>
/// <typeparam name="TView">What it answers.</typeparam>
public sealed class ViewOperation<TCommand, TView> : Operation
    where TCommand : class
    where TView : class
{
    private readonly JsonTypeInfo<TView>? _json;

    internal ViewOperation(string name, Role least, JsonTypeInfo<TView>? json)
        : base(name, least, typeof(TCommand), typeof(TView)) => _json = json;

    /// <summary>How the view is written.</summary>
    /// <exception cref="InvalidOperationException">It writes itself.</exception>
    public JsonTypeInfo<TView> Json => _json ?? throw new InvalidOperationException($"The view of {Name} writes itself.");

    /// <inheritdoc />
    public override JsonTypeInfo? ViewJson => _json;

    /// <summary>That the caller may not do it; <c>null</c> if they may.</summary>
    internal Reply<TView>? Forbids(Caller caller) => RefusalFor(caller) is { } refusal ? Reply<TView>.Refused(refusal) : null;
}
