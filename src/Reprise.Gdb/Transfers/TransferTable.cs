using Reprise.Emulation.Catalogs;
using Reprise.Gdb.Sessions;

namespace Reprise.Gdb.Transfers;

/// <summary>Every class derived from <see cref="TransferSource"/>, by name.</summary>
internal static partial class TransferTable
{
    private static readonly TransferSource[] _all =
        [.. Create().OrderBy(source => source.Name, StringComparer.Ordinal)];

    public static IEnumerable<TransferSource> Served(SessionContext context) =>
        _all.Where(source => source.IsServed(context));

    public static TransferSource? Find(string name, SessionContext context) =>
        Served(context).FirstOrDefault(source => source.Name == name);

    [Catalog]
    private static partial TransferSource[] Create();
}
