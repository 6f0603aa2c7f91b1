using System.Collections.Frozen;
using System.Text.Json;

namespace Actant.Schemas;

/// <summary>
/// Finds every schema in a document with its resource and anchors, before references are resolved. Works from a stack
/// of its own, so that depth costs memory and not the thread's stack.
/// </summary>
internal sealed class SchemaScanner(SchemaRegistry registry, JsonSchemaOptions options, ProblemList problems)
{
    private static readonly FrozenSet<string> s_single = FrozenSet.Create(
        StringComparer.Ordinal,
        "additionalProperties", "propertyNames", "items", "contains", "not", "if", "then", "else", "unevaluatedItems", "unevaluatedProperties", "contentSchema");

    private static readonly FrozenSet<string> s_lists = FrozenSet.Create(StringComparer.Ordinal, "allOf", "anyOf", "oneOf", "prefixItems");

    private static readonly FrozenSet<string> s_maps = FrozenSet.Create(
        StringComparer.Ordinal,
        "properties", "patternProperties", "$defs", "definitions", "dependentSchemas");

    // A long name above many subschemas would be repeated in the pointer of each.
    private const int MaxPointerCharacters = 16_000_000;

    private int _count;
    private long _pointerCharacters;

    public void Scan(SchemaDocument document, string pointer, JsonElement element, SchemaResource resource)
    {
        // Local, because a $schema met on the way may load another document in between.
        var pending = new Stack<Candidate>([new Candidate(pointer, element, resource, 0)]);
        while (pending.TryPop(out var next))
        {
            if (document.Locations.ContainsKey(next.Pointer))
            {
                continue;
            }

            if (++_count > options.MaxSubschemas)
            {
                problems.AddFinal($"{document.PathPrefix}#{next.Pointer}", $"more than {options.MaxSubschemas} subschemas; make the schema smaller");
                return;
            }

            if (next.Depth > options.MaxSchemaDepth)
            {
                problems.Add($"{document.PathPrefix}#{next.Pointer}", $"nested deeper than {options.MaxSchemaDepth} subschemas; use $defs and $ref");
                continue;
            }

            if (!Visit(document, next, pending))
            {
                problems.AddFinal($"{document.PathPrefix}#", "the paths to the subschemas are too long together; use shorter names or less nesting");
                return;
            }
        }
    }

    /// <returns>False if pointers take too much room; the scan cannot go on.</returns>
    private bool Visit(SchemaDocument document, Candidate candidate, Stack<Candidate> pending)
    {
        var (pointer, element, resource, depth) = candidate;
        if (element.ValueKind == JsonValueKind.Object)
        {
            resource = registry.EnterResource(document, pointer, element, resource);
        }

        var location = new SchemaLocation(document, pointer, element, resource);
        document.Locations.Add(pointer, location);
        if (element.ValueKind != JsonValueKind.Object)
        {
            return true;
        }

        registry.Attach(location);
        foreach (var property in element.EnumerateObject())
        {
            var name = JsonText.NameOf(property);
            var value = property.Value;
            if (s_single.Contains(name) && !Push(value, $"{pointer}/{name}"))
            {
                return false;
            }

            if (s_lists.Contains(name) && value.ValueKind == JsonValueKind.Array)
            {
                var index = 0;
                foreach (var item in value.EnumerateArray())
                {
                    if (!Push(item, $"{pointer}/{name}/{index++}"))
                    {
                        return false;
                    }
                }
            }
            else if (s_maps.Contains(name) && value.ValueKind == JsonValueKind.Object)
            {
                foreach (var member in value.EnumerateObject())
                {
                    if (!Push(member.Value, $"{pointer}/{name}/{JsonPointer.Escape(JsonText.NameOf(member))}"))
                    {
                        return false;
                    }
                }
            }
        }

        return true;

        bool Push(JsonElement child, string childPointer)
        {
            pending.Push(new Candidate(childPointer, child, resource, depth + 1));
            return (_pointerCharacters += childPointer.Length) <= MaxPointerCharacters;
        }
    }

    private readonly record struct Candidate(string Pointer, JsonElement Element, SchemaResource Resource, int Depth);
}
