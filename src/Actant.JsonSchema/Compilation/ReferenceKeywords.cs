namespace Actant.Schemas;

/// <summary>Compiles <c>$ref</c> and <c>$dynamicRef</c>, and checks the rest of the core vocabulary.</summary>
internal static class ReferenceKeywords
{
    private static readonly string[] s_olderOnly = ["dependencies", "additionalItems", "$recursiveRef"];

    public static void Read(SchemaReader reader)
    {
        reader.SchemaMap("$defs");
        reader.TryGetText("$comment", out _);
        if (reader.Location.Resource.Dialect.IsOlderDraft)
        {
            ReportOlder(reader);
        }

        if (Resolve(reader, "$ref", out var target, out _))
        {
            reader.Keywords.Add(new RefKeyword(reader.Site("$ref"), reader.Compiler.NodeAt(target)));
        }

        if (!Resolve(reader, "$dynamicRef", out target, out var anchor))
        {
            return;
        }

        var fallback = reader.Compiler.NodeAt(target);
        if (anchor is not null && target.Resource.DynamicAnchors.TryGetValue(anchor, out var dynamic) && ReferenceEquals(dynamic, target))
        {
            reader.Compiler.UsesDynamicScope = true;
            reader.Keywords.Add(new DynamicRefKeyword(reader.Site("$dynamicRef"), anchor, fallback));
        }
        else
        {
            reader.Keywords.Add(new RefKeyword(reader.Site("$dynamicRef"), fallback));
        }
    }

    private static bool Resolve(SchemaReader reader, string name, out SchemaLocation target, out string? anchor)
    {
        target = reader.Location;
        anchor = null;
        if (!reader.TryGetText(name, out var reference))
        {
            return false;
        }

        var (found, foundAnchor, failure) = reader.Compiler.References.Resolve(reader.Location, reference);
        if (found is null)
        {
            reader.Problem(name, $"`{JsonDescription.Shorten(reference)}` {failure}");
            return false;
        }

        (target, anchor) = (found, foundAnchor);
        return true;
    }

    private static void ReportOlder(SchemaReader reader)
    {
        foreach (var name in s_olderOnly)
        {
            if (reader.TryGet(name, out _))
            {
                reader.Problem(name, "this keyword of an older draft is not part of 2020-12; use dependentRequired/dependentSchemas, prefixItems/items or $dynamicRef");
            }
        }
    }
}
