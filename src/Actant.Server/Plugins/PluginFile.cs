using System.Reflection;
using Actant.Hosting;

namespace Actant.Server.Plugins;

/// <summary>The plug-ins of one assembly.</summary>
internal sealed class PluginFile
{
    private const string Rebuild = "Build it against this release, with its dependencies beside it (`dotnet publish`), or take it out of Actant:Plugins.";

    private readonly string _file;
    private readonly IReadOnlyList<IActantPlugin> _plugins;

    private PluginFile(string file, IReadOnlyList<IActantPlugin> plugins) => (_file, _plugins) = (file, plugins);

    /// <summary>Loads an assembly and makes its plug-ins.</summary>
    /// <exception cref="PluginException">It cannot be loaded, or there is none in it.</exception>
    public static PluginFile Load(string file)
    {
        var path = Path.GetFullPath(file);
        if (!File.Exists(path))
        {
            throw new PluginException(file, "there is no such file. Name the assembly with its whole path in Actant:Plugins, or take it out.");
        }

        try
        {
            var types = new PluginLoadContext(path).LoadFromAssemblyPath(path).GetExportedTypes()
                .Where(static type => type is { IsClass: true, IsAbstract: false } && type.IsAssignableTo(typeof(IActantPlugin))).ToList();
            return types.Count > 0
                ? new PluginFile(file, [.. types.Select(type => Create(file, type))])
                : throw new PluginException(file, $"no public class of it implements {typeof(IActantPlugin).FullName}. Add one whose Configure says what it adds, or take the assembly out of Actant:Plugins.");
        }
        catch (Exception exception) when (exception is BadImageFormatException or IOException or UnauthorizedAccessException or TypeLoadException or ReflectionTypeLoadException)
        {
            throw new PluginException(file, $"{exception.Message} {Rebuild}", exception);
        }
    }

    /// <summary>Lets them add what they have.</summary>
    /// <exception cref="PluginException">One fails.</exception>
    public void Configure(ActantBuilder builder)
    {
        foreach (var plugin in _plugins)
        {
            try
            {
                plugin.Configure(builder);
            }
            catch (Exception exception)
            {
                throw new PluginException(_file, $"{plugin.GetType().FullName}.Configure failed: {exception.Message} {Rebuild}", exception);
            }
        }
    }

    private static IActantPlugin Create(string file, Type type)
    {
        try
        {
            return (IActantPlugin)Activator.CreateInstance(type)!;
        }
        catch (MissingMethodException exception)
        {
            throw new PluginException(file, $"{type.FullName} has no public constructor without parameters. Give it one; what it adds may ask the container for more.", exception);
        }
        catch (TargetInvocationException exception)
        {
            throw new PluginException(file, $"{type.FullName} could not be made: {exception.InnerException?.Message} {Rebuild}", exception);
        }
    }
}
