using Reprise.Emulation.Devices;
using Reprise.Emulation.Devices.Svd;
using Reprise.Emulation.Execution;

namespace Reprise.Emulation.Machines;

/// <content>The bus: which device has an address, and what an access to one makes of the run.</content>
public sealed partial class Machine : IDeviceBus
{
    private readonly Dictionary<ulong, DeviceMapping> _pages = [];
    private readonly IMovableMemory[] _movable;
    private (ulong Page, DeviceMapping Mapping) _latestPage = (ulong.MaxValue, default);
    private readonly PortSpace _ports;

    uint IDeviceBus.ReadPort(ushort port, int size, ulong position)
    {
        _clock.Now = TimeAt(position);
        var value = _ports.Read(port, size);
        AfterAccess(position);
        return value;
    }

    void IDeviceBus.WritePort(ushort port, uint value, int size, ulong position)
    {
        _clock.Now = TimeAt(position);
        _ports.Write(port, value, size);
        AfterAccess(position);
    }

    bool IDeviceBus.Answers(ulong address) => TryFindDevice(address, out _);

    ulong? IDeviceBus.TargetOf(ulong address) =>
        TryFindDevice(address, out var mapping) && mapping.Device is IAlias alias
            ? alias.TargetOf((uint)(address - mapping.Address))
            : null;

    uint IDeviceBus.Read(ulong address, int size, ulong position)
    {
        TryFindDevice(address, out var mapping);
        _clock.Now = TimeAt(position);
        var value = mapping.Device.Read((uint)(address - mapping.Address), size);
        NameAccess(mapping, address, value, size, position, isWrite: false);
        AfterAccess(position);
        return value;
    }

    void IDeviceBus.Write(ulong address, uint value, int size, ulong position)
    {
        TryFindDevice(address, out var mapping);
        _clock.Now = TimeAt(position);
        mapping.Device.Write((uint)(address - mapping.Address), value, size);
        NameAccess(mapping, address, value, size, position, isWrite: true);
        AfterAccess(position);
    }

    private void ReadTimeStamp(ulong position, bool withProcessor)
    {
        _clock.Now = TimeAt(position);
        _processor.ReadTimeStamp(withProcessor);
    }

    /// <summary>An access may have made an exception due, or a deadline nearer: then the run must end sooner.</summary>
    private void AfterAccess(ulong position)
    {
        if (IsResetDue || _processor.ModeChanged || _mappingChanged
            || _processor.Deliverable || _parts.Exit.Code is not null)
        {
            _engine.LimitTo(position + 1);
        }
        else if (_processor.HasPending && !_engine.StopAtMaskChanges)
        {
            _engine.LimitToBlock();
        }

        if (CanTakeInput())
        {
            _engine.LimitTo(position + 1);
        }

        _engine.LimitTo(Math.Max(position + 1, NextDeadlinePosition));
    }

    private void NameAccess(DeviceMapping mapping, ulong address, uint value, int size, ulong position, bool isWrite)
    {
        if (RegisterAccessed is { } heard && mapping.Device is RegisterBlock block)
        {
            var register = block.Find((uint)(address - mapping.Address), isWrite);
            heard(new RegisterAccess(position, _engine.AccessProgramCounter, register, address, size, value, isWrite));
        }
    }

    /// <summary>A device that is fixed answers before one that was moved there, and that one before the open bus.</summary>
    private bool TryFindDevice(ulong address, out DeviceMapping mapping)
    {
        var page = address / (ulong)Memory.PageSize;
        if (page == _latestPage.Page)
        {
            mapping = _latestPage.Mapping;
            return true;
        }

        if (!TryFindFixed(page, address, out var fixedOne) || fixedOne.Device is OpenBus)
        {
            foreach (var device in _movable)
            {
                if (device.FindMemory(address) is { } offset)
                {
                    mapping = new DeviceMapping(address - offset, 0, device);
                    return true;
                }
            }

            mapping = fixedOne;
            return mapping.Device is not null;
        }

        _latestPage = (page, fixedOne);
        mapping = fixedOne;
        return true;
    }

    private bool TryFindFixed(ulong page, ulong address, out DeviceMapping mapping)
    {
        if (_pages.TryGetValue(page, out mapping))
        {
            return true;
        }

        foreach (var candidate in _parts.Devices)
        {
            if (address - candidate.Address < candidate.Size)
            {
                mapping = candidate;
                _pages.Add(page, mapping);
                return true;
            }
        }

        return false;
    }
}
