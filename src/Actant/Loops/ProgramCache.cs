using System.Collections.Concurrent;
using Actant.Definitions;
using Actant.Nodes;
using Actant.Storage;

namespace Actant.Loops;

/// <summary>Compiled definitions by content hash. A definition never changes, so its program is never stale.</summary>
internal sealed class ProgramCache(IActantStore store, AgentCompiler compiler, Capabilities capabilities)
{
    private const int Capacity = 1000;

    private readonly ConcurrentDictionary<(TenantId, BlobHash), AgentProgram> _programs = [];

    /// <summary>Takes a definition in: compiles it and stores it, once.</summary>
    /// <exception cref="DefinitionException">It cannot be used here.</exception>
    public async ValueTask AddAsync(TenantId tenant, AgentDefinition agent, CancellationToken cancellationToken)
    {
        if (_programs.ContainsKey((tenant, agent.Hash)))
        {
            return;
        }

        var program = compiler.Compile(agent);
        await store.For(tenant).WriteDefinitionAsync(agent.Hash, DefinitionDocument.Write(agent), cancellationToken);
        Keep(tenant, agent.Hash, program);
    }

    /// <summary>The program of a stored definition.</summary>
    /// <exception cref="DefinitionException">It is gone, or cannot be used any more.</exception>
    /// <exception cref="CapabilityMissingException">It can be used by a process that has what this one lacks.</exception>
    public async ValueTask<AgentProgram> GetAsync(TenantId tenant, BlobHash hash, CancellationToken cancellationToken)
    {
        if (_programs.TryGetValue((tenant, hash), out var known))
        {
            return known;
        }

        var document = await store.For(tenant).ReadDefinitionAsync(hash, cancellationToken)
            ?? throw new DefinitionException([new("$", "definition_missing", $"The definition {hash} is not stored.")]);
        var program = Compile(document);
        Keep(tenant, hash, program);
        return program;
    }

    private AgentProgram Compile(byte[] document)
    {
        AgentDefinition? agent = null;
        try
        {
            (agent, var format) = DefinitionDocument.Read(document);
            return compiler.Compile(agent, format);
        }
        catch (DefinitionException exception)
        {
            var missing = agent is not null ? capabilities.MissingFor(agent) : capabilities.MissingFor(DefinitionDocument.FormatOf(document));
            throw missing.Count > 0 ? new CapabilityMissingException(missing, exception) : exception;
        }
    }

    private void Keep(TenantId tenant, BlobHash hash, AgentProgram program)
    {
        if (_programs.Count >= Capacity)
        {
            // Rare, and cheap to make again: no order of use is worth keeping for this.
            _programs.Clear();
        }

        _programs[(tenant, hash)] = program;
    }
}
