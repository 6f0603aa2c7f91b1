using System.Text.Json;
using Actant.Definitions;
using Actant.Validation;

namespace Actant.Kinds;

/// <summary>
/// A kind of definitions: a language of its own that comes to the graph which agents come to, and so runs in the same engine and journal.
/// One object for the whole process, used by many threads at once; it keeps nothing.
/// </summary>
public interface IDefinitionKind
{
    /// <summary>
    /// Its name, which is stored with each definition: 1 to 64 of <c>a</c> to <c>z</c>, <c>0</c> to <c>9</c>, <c>-</c> and <c>_</c>. Processes
    /// that do not know it leave its executions to those that do.
    /// </summary>
    string Name { get; }

    /// <summary>
    /// The newest form of its language that this release reads, from 1. A new number is for what an older release would have to heed, and cannot
    /// know: it leaves executions of such definitions to newer ones.
    /// </summary>
    int Format => 1;

    /// <summary>The oldest form of its language that can say a definition of this kind.</summary>
    int FormatOf(Definition definition) => 1;

    /// <summary>Reads a document from anywhere, whatever it holds. What it says of tools, models and the graph's shape is for <see cref="Validate"/>.</summary>
    /// <param name="document">The document.</param>
    /// <param name="fallbackName">Names a definition that names itself nowhere.</param>
    /// <param name="problems">Takes all that is wrong, with JSON paths into the document.</param>
    /// <returns>What could be read despite the problems; <c>null</c> where nothing could.</returns>
    Definition? Read(JsonElement document, string? fallbackName, ProblemList problems);

    /// <summary>Checks what a definition means where it shall run.</summary>
    /// <param name="definition">One of this kind, just read, or made in code.</param>
    /// <param name="context">What is on offer.</param>
    /// <param name="problems">Those of reading, so that one fault is one problem; takes all others.</param>
    void Validate(Definition definition, DefinitionContext context, ProblemList problems);

    /// <summary>
    /// Reads the <see cref="Definition.Source"/> of one that an earlier release, or this one, accepted: nothing of it is refused any more. Fields
    /// that are not known are left out; what cannot be read takes its default.
    /// </summary>
    /// <returns><c>null</c> if it is no definition of this kind at all.</returns>
    Definition? ReadStored(JsonElement source);

    /// <summary>
    /// The graph that executions run. It must be the same each time, in every process and release: executions resume by the names of its nodes.
    /// Before the first one is accepted, it is checked as an agent's graph is.
    /// </summary>
    /// <param name="definition">One of this kind.</param>
    /// <exception cref="DefinitionException">It comes to no graph.</exception>
    GraphDefinition Compile(Definition definition);
}
