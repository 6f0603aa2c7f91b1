using System.Text.Json;

namespace Actant.Schemas;

/// <summary>
/// All schema resources by URI: those of the schema being compiled, those the caller registered and the metaschemas.
/// Documents are scanned when first asked for. Nothing is ever fetched.
/// </summary>
internal sealed class SchemaRegistry
{
    private const int MaxWalkedMembers = 2_000_000;

    private readonly JsonSchemaOptions _options;
    private readonly ProblemList _problems;
    private readonly SchemaScanner _scanner;
    private readonly Dictionary<string, SchemaLocation> _roots = new(StringComparer.Ordinal);
    private readonly Dictionary<string, SchemaResource> _resources = new(StringComparer.Ordinal);
    private long _walkedMembers;
    private readonly HashSet<string> _loading = new(StringComparer.Ordinal);

    public SchemaRegistry(JsonSchemaOptions options, ProblemList problems)
    {
        _options = options;
        _problems = problems;
        _scanner = new SchemaScanner(this, options, problems);
    }

    public IEnumerable<SchemaResource> Resources => _resources.Values;

    /// <summary>Reads a document; its schemas are in <see cref="SchemaDocument.Locations"/> afterwards.</summary>
    public SchemaDocument Add(JsonElement root, Uri retrievalUri, string pathPrefix)
    {
        var document = new SchemaDocument(pathPrefix);
        var resource = new SchemaResource(retrievalUri, "", Dialect.Default);
        _scanner.Scan(document, "", root, resource);
        if (document.Locations.TryGetValue("", out var location))
        {
            _roots.TryAdd(Key(retrievalUri), location);
            _resources.TryAdd(Key(retrievalUri), location.Resource);
        }

        return document;
    }

    /// <summary>Decides which resource a schema object belongs to: a new one if it is a root or has an <c>$id</c>.</summary>
    public SchemaResource EnterResource(SchemaDocument document, string pointer, JsonElement element, SchemaResource outer)
    {
        var path = $"{document.PathPrefix}#{pointer}";
        var baseUri = outer.BaseUri;
        var hasId = Find(element, "$id", out var id);
        if (hasId && !TryResolveId(outer.BaseUri, id, out baseUri))
        {
            _problems.Add($"{path}/$id", "must be a URI reference without fragment; use $anchor for a name inside the document");
            hasId = false;
        }

        if (!hasId && pointer.Length > 0)
        {
            return outer;
        }

        return new SchemaResource(baseUri, pointer, ReadDialect(element, path, outer.Dialect));
    }

    /// <summary>Makes the location findable: by URI if it is the root of a resource, by its anchors in any case.</summary>
    public void Attach(SchemaLocation location)
    {
        if (location.Resource.RootPointer == location.Pointer)
        {
            var key = Key(location.Resource.BaseUri);
            if (_roots.TryAdd(key, location))
            {
                _resources.TryAdd(key, location.Resource);
            }
            else
            {
                _problems.Add($"{location.Path}/$id", $"the same URI identifies {_roots[key].Path}; give each schema its own $id");
            }
        }

        AttachAnchor(location, "$anchor", isDynamic: false);
        AttachAnchor(location, "$dynamicAnchor", isDynamic: true);
    }

    /// <summary>The root of the resource with that URI (without fragment), read now if it is registered but was not needed before.</summary>
    public SchemaLocation? FindRoot(Uri uri)
    {
        var key = Key(uri);
        if (_roots.TryGetValue(key, out var found))
        {
            return found;
        }

        if (!_loading.Add(key))
        {
            return null;
        }

        if (_options.FindRemote(key) is { } remote || MetaSchemas.TryFind(key, out remote))
        {
            Add(remote, uri, key);
        }

        return _roots.GetValueOrDefault(key);
    }

    /// <summary>The schema at a pointer, also where no keyword we know says that a schema stands there.</summary>
    public SchemaLocation? FindByPointer(SchemaLocation root, string pointer)
    {
        var full = root.Pointer + pointer;
        if (root.Document.Locations.TryGetValue(full, out var known))
        {
            return known;
        }

        var element = root.Element;
        var resource = root.Resource;
        var walked = root.Pointer;
        foreach (var token in pointer.Split('/').Skip(1))
        {
            if (!MayWalk(element) || !JsonPointer.TryStep(element, token, out element))
            {
                return null;
            }

            walked += "/" + token;
            resource = root.Document.Locations.TryGetValue(walked, out var passed) ? passed.Resource : resource;
        }

        _scanner.Scan(root.Document, full, element, resource);
        return root.Document.Locations.GetValueOrDefault(full);
    }

    private bool MayWalk(JsonElement element)
    {
        var before = _walkedMembers;
        _walkedMembers += element.ValueKind == JsonValueKind.Object ? element.GetPropertyCount() : 1;
        if (before <= MaxWalkedMembers && _walkedMembers > MaxWalkedMembers)
        {
            _problems.AddFinal("#", "too many references to places that are no schemas of their own; put their targets into $defs");
        }

        return _walkedMembers <= MaxWalkedMembers;
    }

    private static string Key(Uri uri) => uri.AbsoluteUri.Split('#')[0];

    private static bool Find(JsonElement element, string name, out JsonElement value)
    {
        value = default;
        foreach (var property in element.EnumerateObject())
        {
            if (JsonText.NameOf(property) == name)
            {
                value = property.Value;
            }
        }

        return value.ValueKind != JsonValueKind.Undefined;
    }

    private static bool TryResolveId(Uri baseUri, JsonElement id, out Uri resolved)
    {
        resolved = baseUri;
        if (id.ValueKind != JsonValueKind.String)
        {
            return false;
        }

        var text = JsonText.ToString(id);
        return text.Length > 0 && text.IndexOf('#', StringComparison.Ordinal) is var mark && (mark < 0 || mark == text.Length - 1)
            && UriReference.TryResolve(baseUri, text, out resolved);
    }

    private Dialect ReadDialect(JsonElement element, string path, Dialect inherited)
    {
        if (!Find(element, "$schema", out var value))
        {
            return inherited;
        }

        if (value.ValueKind != JsonValueKind.String || !Uri.TryCreate(JsonText.ToString(value), UriKind.Absolute, out var uri))
        {
            _problems.Add($"{path}/$schema", "must be an absolute URI");
            return inherited;
        }

        if (Dialect.FindStandard(uri.AbsoluteUri) is { } standard)
        {
            return standard;
        }

        if (FindRoot(uri) is { Element.ValueKind: JsonValueKind.Object } meta)
        {
            return Find(meta.Element, "$vocabulary", out var vocabulary) ? Vocabulary.Read(vocabulary, $"{path}/$schema", _problems) : Dialect.Default;
        }

        _problems.Add($"{path}/$schema", $"unknown dialect; use {Dialect.Uri202012}, leave $schema out, or register that metaschema");
        return inherited;
    }

    private void AttachAnchor(SchemaLocation location, string keyword, bool isDynamic)
    {
        if (!Find(location.Element, keyword, out var value))
        {
            return;
        }

        if (value.ValueKind != JsonValueKind.String || !IsAnchorName(JsonText.ToString(value)))
        {
            _problems.Add($"{location.Path}/{keyword}", "must be a name of letters, digits, '-', '_' and '.', beginning with a letter or '_'");
            return;
        }

        var name = JsonText.ToString(value);
        if (!location.Resource.Anchors.TryAdd(name, location) && !ReferenceEquals(location.Resource.Anchors[name], location))
        {
            _problems.Add($"{location.Path}/{keyword}", $"the anchor {JsonDescription.Shorten(name)} is also at {location.Resource.Anchors[name].Path}; rename one");
        }
        else if (isDynamic)
        {
            location.Resource.DynamicAnchors[name] = location;
        }
    }

    private static bool IsAnchorName(string name) =>
        name.Length > 0 && (char.IsAsciiLetter(name[0]) || name[0] == '_') && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.');
}
