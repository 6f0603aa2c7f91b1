using Actant.Definitions;
using Actant.Kinds;
using Actant.Nodes;
using Actant.Storage;
using Actant.Tracing;
using Actant.Validation;

namespace Actant.Loops;

/// <summary>Compiled definitions by content hash, bounded in bytes. A definition never changes, so its program is never stale.</summary>
/// <param name="store">Where definitions are kept.</param>
/// <param name="kinds">The kinds that are known here.</param>
/// <param name="compiler">Compiles them.</param>
/// <param name="capabilities">What a definition may need.</param>
/// <param name="check">What is on offer here.</param>
/// <param name="mostBytes">How much memory they may take.</param>
internal sealed class ProgramCache(
    IActantStore store, DefinitionKinds kinds, DefinitionCompiler compiler, Capabilities capabilities, Func<DefinitionContext> check, long mostBytes)
{
    private readonly TenantCache<BlobHash, DefinitionProgram> _programs = new(mostBytes);

    /// <summary>How many are kept.</summary>
    public int Count => _programs.Count;

    /// <summary>Takes a definition in: compiles it and stores it, once.</summary>
    /// <exception cref="DefinitionException">It cannot be used here.</exception>
    public async ValueTask AddAsync(TenantId tenant, Definition definition, CancellationToken cancellationToken)
    {
        if (_programs.TryGet(tenant, definition.Hash, out _))
        {
            return;
        }

        kinds.CheckGraph(definition, check);
        using var span = ActantTracing.Source.StartActivity("compile");
        var (program, bytes) = Allocations.Of(() => compiler.Compile(definition));
        var document = kinds.Write(definition);
        await store.For(tenant).WriteDefinitionAsync(definition.Hash, document, cancellationToken);
        _programs.Put(tenant, definition.Hash, program, bytes + Definition.MemoryOf(document.Length));
    }

    /// <summary>The program of a stored definition.</summary>
    /// <exception cref="DefinitionException">It is gone, or cannot be used any more.</exception>
    /// <exception cref="CapabilityMissingException">It can be used by a process that has what this one lacks.</exception>
    public async ValueTask<DefinitionProgram> GetAsync(TenantId tenant, BlobHash hash, CancellationToken cancellationToken)
    {
        if (_programs.TryGet(tenant, hash, out var known))
        {
            return known;
        }

        using var span = ActantTracing.Source.StartActivity("compile");
        var document = await store.For(tenant).ReadDefinitionAsync(hash, cancellationToken)
            ?? throw new DefinitionException([new("$", "definition_missing", $"The definition {hash} is not stored.")]);
        var (program, bytes) = Allocations.Of(() => Compile(document));
        _programs.Put(tenant, hash, program, bytes + Definition.MemoryOf(document.Length));
        return program;
    }

    private DefinitionProgram Compile(byte[] document)
    {
        var (format, name, kindFormat) = DefinitionDocument.HeadOf(document);
        var kind = kinds.Find(name);
        if (kind is null || format > DefinitionDocument.Format || kindFormat > kind.Format)
        {
            throw Missing(capabilities.MissingFor(format, name, kindFormat), new DefinitionException([kind is null && format <= DefinitionDocument.Format
                ? DefinitionKinds.UnknownKind(name)
                : new("$", DefinitionErrors.NewerFormat, $"A newer release wrote it (format {format}, and {kindFormat} of the kind `{name}`).")]));
        }

        var definition = DefinitionDocument.Read(document, kind.ReadStored);
        try
        {
            return compiler.Compile(definition, format);
        }
        catch (DefinitionException exception)
        {
            throw Missing(capabilities.MissingFor(definition), exception);
        }
    }

    /// <summary>What somebody else may have; where nothing can be named, nobody has it.</summary>
    private static Exception Missing(IReadOnlyList<string> needs, DefinitionException cause) =>
        needs.Count > 0 ? new CapabilityMissingException(needs, cause) : cause;
}
