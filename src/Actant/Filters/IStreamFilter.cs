namespace Actant.Filters;

/// <summary>
/// Sees the text of answers while it comes, before anybody else does. The message that is stored is made of what it lets through.
/// </summary>
public interface IStreamFilter : IFilter
{
    /// <summary>An attempt of a model call begins: an object for it alone. What it holds back dies with the attempt.</summary>
    FilteredStream Open(ModelCallContext call);
}
