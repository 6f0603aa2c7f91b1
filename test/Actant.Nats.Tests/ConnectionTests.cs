using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Actant.Testing;
using NATS.Client.Core;
using NATS.NKeys;

namespace Actant.Nats.Tests;

[Trait("Row", "I3")]
public sealed class ConnectionTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task User_WithPassword_IsLetIn()
    {
        await using var server = await NatsServer.StartAsync("--user", "worker", "--pass", "s3cret");
        await CompletesAsync(NatsNode.Options(server.Url) with { User = "worker", Password = "s3cret" }, new NatsAuthOpts { Username = "worker", Password = "s3cret" });
    }

    [Fact]
    public async Task Token_IsLetIn()
    {
        await using var server = await NatsServer.StartAsync("--auth", "t0ken");
        await CompletesAsync(NatsNode.Options(server.Url) with { Token = "t0ken" }, new NatsAuthOpts { Token = "t0ken" });
    }

    [Fact]
    public async Task NKey_OfAFile_IsLetIn()
    {
        using var pair = KeyPair.CreatePair(PrefixByte.User);
        await using var server = NatsServer.Prepare("--config", "keys.conf");
        await File.WriteAllTextAsync(Path.Combine(server.Folder, "keys.conf"), $"authorization: {{users: [{{nkey: {pair.GetPublicKey()}}}]}}", Token);
        var file = Path.Combine(server.Folder, "seed.nk");
        await File.WriteAllTextAsync(file, pair.GetSeed() + "\n", Token);
        await server.StartAgainAsync();

        await CompletesAsync(NatsNode.Options(server.Url) with { NKeyFile = file }, new NatsAuthOpts { NKey = pair.GetPublicKey(), Seed = pair.GetSeed() });
    }

    [Fact]
    public async Task Tls_WithAnAuthorityOfItsOwn_IsVerified()
    {
        await using var server = NatsServer.Prepare("--tls", "--tlscert", "server.pem", "--tlskey", "server.key");
        var authority = WriteCertificates(server.Folder);
        await server.StartAgainAsync();
        var url = string.Create(CultureInfo.InvariantCulture, $"tls://localhost:{server.Port}");

        await using (var stranger = await NatsNode.StartAsync(NatsNode.Options(url)))
        {
            Assert.Equal("not connected", await stranger.Check.CheckAsync(Token));
        }

        await using var node = await NatsNode.StartAsync(NatsNode.Options(url) with { CaFile = authority });
        await using var sender = new Sender(NatsOpts.Default with { Url = url, TlsOpts = new NatsTlsOpts { CaFile = authority, Mode = TlsMode.Require } });
        await sender.SendWhenThereAsync(Sender.Data("safe").ToJsonString());
        Assert.Single(await sender.ResultsAsync(1));
    }

    [Fact]
    public async Task Server_ComesLater_JobsAreTakenThen()
    {
        await using var server = NatsServer.Prepare();
        await using var node = await NatsNode.StartAsync(NatsNode.Options(server.Url));
        Assert.Equal("not connected", await node.Check.CheckAsync(Token));

        await server.StartAgainAsync();

        await using var sender = new Sender(server.Url);
        await sender.SendWhenThereAsync(Sender.Data("late").ToJsonString());
        Assert.Single(await sender.ResultsAsync(1));
    }

    [Fact]
    public async Task WrongPassword_TakesNothing_AndSaysSo()
    {
        await using var server = await NatsServer.StartAsync("--user", "worker", "--pass", "s3cret");
        await using var node = await NatsNode.StartAsync(NatsNode.Options(server.Url) with { User = "worker", Password = "wrong" });

        Assert.Equal("not connected", await node.Check.CheckAsync(Token));
    }

    private static async Task CompletesAsync(NatsOptions options, NatsAuthOpts auth)
    {
        await using var node = await NatsNode.StartAsync(options);
        await using var sender = new Sender(NatsOpts.Default with { Url = options.Url, AuthOpts = auth });
        await sender.SendWhenThereAsync(Sender.Data("one").ToJsonString());
        Assert.Single(await sender.ResultsAsync(1));
    }

    private static string WriteCertificates(string folder)
    {
        using var rootKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var rootRequest = new CertificateRequest("CN=Tests", rootKey, HashAlgorithmName.SHA256);
        rootRequest.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: false, pathLengthConstraint: 0, critical: true));
        var (from, to) = (DateTimeOffset.UtcNow.AddHours(-1), DateTimeOffset.UtcNow.AddDays(1));
        using var root = rootRequest.CreateSelfSigned(from, to);
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        request.CertificateExtensions.Add(names.Build());
        using var certificate = request.Create(root, from, to, [1, 2, 3, 4]);
        File.WriteAllText(Path.Combine(folder, "server.pem"), certificate.ExportCertificatePem());
        File.WriteAllText(Path.Combine(folder, "server.key"), key.ExportECPrivateKeyPem());
        var authority = Path.Combine(folder, "ca.pem");
        File.WriteAllText(authority, root.ExportCertificatePem());
        return authority;
    }
}
