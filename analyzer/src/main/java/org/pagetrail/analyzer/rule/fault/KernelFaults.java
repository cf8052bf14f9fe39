package org.pagetrail.analyzer.rule.fault;

import org.pagetrail.analyzer.rule.OpenFault;
import org.pagetrail.analyzer.rule.Scene;
import org.pagetrail.traces.event.PageFaultCode;
import org.pagetrail.traces.paging.EntryKind;
import org.pagetrail.traces.paging.PagingMode;

/** Which page faults a kernel that is right can have. */
final class KernelFaults {
    private KernelFaults() {}

    /** Whether the fault is one of user mode, or one that the plan lets the kernel have. */
    static boolean mayBe(Scene scene, OpenFault fault) {
        if (fault.privilege() != 0) {
            return true;
        }
        if (scene.kernel(fault.linear())) {
            return lazyTable(scene, fault);
        }
        return scene.processes().of(fault.directory()) != null;
    }

    /** Whether a kernel table is missing that the directory can get, at the address or at what the window shows there. */
    private static boolean lazyTable(Scene scene, OpenFault fault) {
        PagingMode mode = scene.mode();
        int top = mode.levels();
        if (!scene.kernelTablesLazy() || !scene.switched() || (fault.code() & PageFaultCode.PRESENT) != 0) {
            return false;
        }
        int slot = mode.slot(fault.linear(), top);
        if (slot == scene.plan().recursiveSlot()) {
            // In the window, the page's number among the window's pages is the slot of the table that it shows.
            slot = mode.slot(fault.linear(), top - 1);
        }
        return slot >= mode.slot(scene.plan().kernelFirst(), top)
                && slot != scene.plan().recursiveSlot()
                && !scene.plan().kernelTables().neverLazy().contains(slot)
                && mode.kind(scene.state().word(fault.directory(), slot), top, scene.cr4()) == EntryKind.ABSENT;
    }
}
