namespace Reprise.Unicorn;

/// <summary>Access rights of a page (<c>uc_prot</c>).</summary>
[Flags]
public enum PagePermissions
{
    None = 0,
    Read = 1,
    Write = 2,
    Execute = 4,
    All = Read | Write | Execute,
}
