using System.Reflection;
using System.Reflection.Emit;

namespace Actant.Acceptance;

/// <summary>Writes assemblies with one plug-in that cannot be used, each in another way.</summary>
internal static class PluginAssembly
{
    private const TypeAttributes Public = TypeAttributes.Public | TypeAttributes.Class;

    private static readonly Assembly s_actant = Assembly.LoadFrom(Path.Combine(Path.GetDirectoryName(ActantProcess.Dll)!, "Actant.dll"));

    /// <summary>Its <c>Configure</c> throws.</summary>
    public static string WriteFailing(string file) => Write(file, static type => Throw(Configure(type), "Ask me later."));

    /// <summary>What its class needs cannot be initialised.</summary>
    public static string WriteUninitialised(string file) => Write(file, static type =>
    {
        Configure(type).Emit(OpCodes.Ret);
        Throw(type.DefineTypeInitializer().GetILGenerator(), "No licence.");
    });

    /// <summary>Nobody says what its parameter is.</summary>
    public static string WriteGeneric(string file) => Write(file, static type =>
    {
        type.DefineGenericParameters("T");
        Configure(type).Emit(OpCodes.Ret);
    });

    private static string Write(string file, Action<TypeBuilder> define)
    {
        var assembly = new PersistedAssemblyBuilder(new AssemblyName(Path.GetFileNameWithoutExtension(file)), typeof(object).Assembly);
        var plugin = s_actant.GetType("Actant.Hosting.IActantPlugin", throwOnError: true)!;
        var type = assembly.DefineDynamicModule("Plugin").DefineType("House.Rules", Public, typeof(object), [plugin]);
        type.DefineDefaultConstructor(MethodAttributes.Public);
        define(type);
        type.CreateType();
        assembly.Save(file);
        return file;
    }

    private static ILGenerator Configure(TypeBuilder type)
    {
        var builder = s_actant.GetType("Actant.Hosting.ActantBuilder", throwOnError: true)!;
        return type.DefineMethod("Configure", MethodAttributes.Public | MethodAttributes.Virtual | MethodAttributes.HideBySig | MethodAttributes.NewSlot, typeof(void), [builder]).GetILGenerator();
    }

    private static void Throw(ILGenerator code, string message)
    {
        code.Emit(OpCodes.Ldstr, message);
        code.Emit(OpCodes.Newobj, typeof(InvalidOperationException).GetConstructor([typeof(string)])!);
        code.Emit(OpCodes.Throw);
    }
}
