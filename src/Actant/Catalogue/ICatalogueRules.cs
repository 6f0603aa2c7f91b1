using System.Text.Json;
using Actant.Definitions;
using Actant.Kinds;
using Actant.Secrets;

namespace Actant.Catalogue;

/// <summary>What a <see cref="DefinitionStore"/> leaves to those who know its kind: how it is checked, and how refusals of it are said.</summary>
internal interface ICatalogueRules
{
    /// <summary>The kind.</summary>
    IDefinitionKind Kind { get; }

    /// <summary>Reads and checks a document that shall be the next version, with all that it names.</summary>
    /// <param name="tenant">Whose.</param>
    /// <param name="id">The id of the definition; one that is made now has it already.</param>
    /// <param name="document">What was sent.</param>
    /// <param name="name">The name of the version before.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>A definition only where nothing is wrong, and the key that came with it. Nothing is kept yet.</returns>
    ValueTask<(Definition? Definition, IReadOnlyList<DefinitionProblem> Problems, Secret? Key)> ReadAsync(
        TenantId tenant, string id, JsonElement document, string? name, CancellationToken cancellationToken);

    /// <summary>What lists show of a definition.</summary>
    DefinitionOutline OutlineOf(Definition definition);

    /// <summary>Keeps the key that came with a definition, which is stored next. The one that was kept before comes back, or why nothing can be kept.</summary>
    ValueTask<(Secret? Before, DefinitionProblem? Problem)> KeepAsync(TenantId tenant, string id, Secret? key, CancellationToken cancellationToken);

    /// <summary>The definition was not stored after all: what was kept before is kept again.</summary>
    ValueTask RestoreAsync(TenantId tenant, string id, Secret? key, Secret? before);

    /// <summary>A definition is gone, or was not made after all: whatever was kept beside it goes too.</summary>
    ValueTask ForgetAsync(TenantId tenant, string id, CancellationToken cancellationToken);

    /// <summary>Whether a name belongs to a definition from elsewhere. Of stored ones the store itself decides, in the write.</summary>
    ValueTask<bool> IsFixedAsync(TenantId tenant, string name, CancellationToken cancellationToken);

    /// <summary>No stored definition has this id or name; one from elsewhere may.</summary>
    Refusal Missing(string idOrName, bool isFixed);

    /// <summary>Another definition has this name.</summary>
    Refusal Taken(string name);
}
