using System.Text.Json;

namespace Actant.Filters;

/// <summary>A value on its way. A filter changes it by setting <see cref="Value"/> before it calls what follows, or by returning another one.</summary>
public abstract class ValueContext : FilterContext
{
    private protected ValueContext()
    {
    }

    /// <summary>The value, as the filters before have made it.</summary>
    public required JsonElement Value { get; set; }
}
