package org.pagetrail.benchmarks.compare;

import org.pagetrail.traces.event.TraceEvents;

/** Events that nobody hears. */
public class Unheard implements TraceEvents {
    @Override
    public void symbolDefined(long tick, int id, String text) {}

    @Override
    public void phaseBegan(long tick, int symbol) {}

    @Override
    public void phaseEnded(long tick, int symbol) {}

    @Override
    public void memoryRegionReported(long tick, long physical, long size, int type) {}

    @Override
    public void moduleLoaded(long tick, long physical, long size, int name) {}

    @Override
    public void kernelSegmentLoaded(
            long tick, long physical, long linear, long fileSize, long memorySize, int rights) {}

    @Override
    public void controlRegisterWritten(long tick, int register, long was, long now, long ip, long sp, int cpl) {}

    @Override
    public void descriptorTableLoaded(long tick, int table, long linear, long limit, long handler) {}

    @Override
    public void stackPointerMoved(long tick, long page) {}

    @Override
    public void modeSwitched(long tick, int from, int to) {}

    @Override
    public void machineStopped(long tick, int reason) {}

    @Override
    public void addressSpaceCreated(long tick, long directory, int pid, int symbol) {}

    @Override
    public void addressSpaceRetired(long tick, long directory, int pid, int symbol) {}

    @Override
    public void addressSpaceSwitched(long tick, long directory, int pid, int symbol) {}

    @Override
    public void pageMapped(
            long tick, long table, int slot, long was, long now, long linear, int level, long directory, int cause) {}

    @Override
    public void pageUnmapped(
            long tick, long table, int slot, long was, long now, long linear, int level, long directory, int cause) {}

    @Override
    public void pageRemapped(
            long tick, long table, int slot, long was, long now, long linear, int level, long directory, int cause) {}

    @Override
    public void pageProtected(
            long tick, long table, int slot, long was, long now, long linear, int level, long directory, int cause) {}

    @Override
    public void tableLinked(
            long tick, long table, int slot, long was, long now, long linear, int level, long directory, int cause) {}

    @Override
    public void tableUnlinked(
            long tick, long table, int slot, long was, long now, long linear, int level, long directory, int cause) {}

    @Override
    public void tableRelinked(
            long tick, long table, int slot, long was, long now, long linear, int level, long directory, int cause) {}

    @Override
    public void tableProtected(
            long tick, long table, int slot, long was, long now, long linear, int level, long directory, int cause) {}

    @Override
    public void pageSplit(
            long tick, long table, int slot, long was, long now, long linear, int level, long directory, int cause) {}

    @Override
    public void pageMerged(
            long tick, long table, int slot, long was, long now, long linear, int level, long directory, int cause) {}

    @Override
    public void entryMarked(
            long tick, long table, int slot, long was, long now, long linear, int level, long directory, int cause) {}

    @Override
    public int longestRun() {
        return 0;
    }

    @Override
    public void tlbFilled(
            long tick,
            int tlb,
            int set,
            int way,
            int secondLevelWay,
            long page,
            long pde,
            long pte,
            int rights,
            int dirty,
            int global,
            int cause,
            long walkReferences) {}

    @Override
    public void walkCacheFilled(long tick, int set, int way, long linear, long entry) {}

    @Override
    public void tlbInvalidated(long tick, int cause, long linear, long dropped, long kept, long walkCacheDropped) {}

    @Override
    public void tlbFlushed(long tick, int cause, long dropped, long kept, long walkCacheDropped) {}

    @Override
    public void changedEntryUsed(long tick, int tlb, int set, int way, long linear, int kind, int cpl, long ip) {}

    @Override
    public void pageFaulted(
            long tick, long linear, int errorCode, long ip, long sp, int cpl, int ac, long walkReferences) {}

    @Override
    public void pageFaultResolved(long tick, long linear, int how) {}

    @Override
    public void doubleFaulted(long tick, long linear, int errorCode, long ip, long sp, int cpl, int ac) {}

    @Override
    public void tripleFaulted(long tick, long linear, int errorCode, long ip, long sp, int cpl, int ac) {}

    @Override
    public void interruptTaken(long tick, int vector, long ip, long sp, int cpl, int ac) {}

    @Override
    public void interruptReturned(long tick, long ip, int cpl, int ac) {}

    @Override
    public void processorHalted(long tick, long cycles) {}

    @Override
    public void framesAllocated(long tick, long frame, long count, int use) {}

    @Override
    public void framesFreed(long tick, long frame, long count, int use) {}

    @Override
    public void framesLocked(long tick, long frame, long count, int use) {}

    @Override
    public void frameShared(long tick, long frame, long references) {}

    @Override
    public void frameUnshared(long tick, long frame, long references) {}

    @Override
    public void frameCleared(long tick, long frame) {}

    @Override
    public void frameCopied(long tick, long source, long destination) {}

    @Override
    public void processCreated(long tick, int pid, int parent, long directory, int name) {}

    @Override
    public void userSegmentLoaded(long tick, int pid, long linear, long fileSize, long memorySize, int rights) {}

    @Override
    public void programBreakMoved(long tick, int pid, long was, long now) {}

    @Override
    public void libraryMapped(long tick, int pid, long linear, long size, int rights, int name) {}

    @Override
    public void processExited(long tick, int pid, long status) {}

    @Override
    public void accessesCounted(
            long tick,
            long reads,
            long writes,
            long fetches,
            long unpaged,
            long hits,
            long secondLevelHits,
            long walks) {}

    @Override
    public void accessed(long tick, long linear, int kind, long size, int cpl, long ip) {}
}
