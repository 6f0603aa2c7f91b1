using System.Reflection;
using System.Runtime.Loader;

namespace Actant.Server.Plugins;

/// <summary>
/// The assemblies of one plug-in: its own from its folder, and from the program what both must see as the same, which is Actant, the
/// framework and the abstractions of the host.
/// </summary>
internal sealed class PluginLoadContext(string file) : AssemblyLoadContext(Path.GetFileNameWithoutExtension(file))
{
    private static readonly string[] s_shared = ["Actant", "System", "Microsoft.Extensions", "Microsoft.AspNetCore"];

    private readonly AssemblyDependencyResolver _resolver = new(file);

    protected override Assembly? Load(AssemblyName assemblyName) =>
        !IsShared(assemblyName.Name ?? "") && _resolver.ResolveAssemblyToPath(assemblyName) is { } path ? LoadFromAssemblyPath(path)
        : TryLoadShared(assemblyName) ?? (_resolver.ResolveAssemblyToPath(assemblyName) is { } own ? LoadFromAssemblyPath(own) : null);

    protected override nint LoadUnmanagedDll(string unmanagedDllName) =>
        _resolver.ResolveUnmanagedDllToPath(unmanagedDllName) is { } path ? LoadUnmanagedDllFromPath(path) : 0;

    private static bool IsShared(string name) =>
        Array.Exists(s_shared, shared => name.StartsWith(shared, StringComparison.Ordinal) && (name.Length == shared.Length || name[shared.Length] == '.'));

    /// <summary>From the program; a part of the host's abstractions that the program does not bring is the plug-in's own.</summary>
    private static Assembly? TryLoadShared(AssemblyName name)
    {
        try
        {
            return Default.LoadFromAssemblyName(name);
        }
        catch (FileNotFoundException)
        {
            return null;
        }
    }
}
