using System.Text.Json;

namespace Actant.Schemas;

/// <summary>
/// One compiled keyword. Immutable after compilation and shared by concurrent validations; everything that changes is
/// in the <see cref="Evaluation"/>.
/// </summary>
internal abstract class Keyword(KeywordSite site, JsonKinds kinds, KeywordPhase phase)
{
    public string Name => site.Name;

    public string SchemaPath => site.Path;

    public JsonKinds Kinds { get; } = kinds;

    public KeywordPhase Phase { get; } = phase;

    /// <summary>Schemas that are applied to the very same instance: a cycle of them would never end.</summary>
    public virtual IEnumerable<SchemaNode> InPlace => [];

    /// <summary>Only called for instances of <see cref="Kinds"/>. On failure, errors are reported if they are collected.</summary>
    public abstract bool Evaluate(JsonElement instance, ref Evaluation evaluation);
}
