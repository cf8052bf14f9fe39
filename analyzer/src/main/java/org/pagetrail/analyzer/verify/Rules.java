package org.pagetrail.analyzer.verify;

import java.util.List;
import org.pagetrail.analyzer.rule.Rule;
import org.pagetrail.analyzer.rule.entry.ReservedBitsClear;
import org.pagetrail.analyzer.rule.entry.SizeChangesThroughAbsent;
import org.pagetrail.analyzer.rule.entry.TableLinkedOnce;
import org.pagetrail.analyzer.rule.fault.CodeAsWalked;
import org.pagetrail.analyzer.rule.fault.FaultsAreAnswered;
import org.pagetrail.analyzer.rule.fault.KernelDoesNotFault;
import org.pagetrail.analyzer.rule.fault.NoDoubleFault;
import org.pagetrail.analyzer.rule.frame.AllocatedFramesAreAvailable;
import org.pagetrail.analyzer.rule.frame.AllocatedOnce;
import org.pagetrail.analyzer.rule.frame.CopyOnWriteIsReadOnly;
import org.pagetrail.analyzer.rule.frame.ExitGivesBack;
import org.pagetrail.analyzer.rule.frame.FreedFramesAreUnused;
import org.pagetrail.analyzer.rule.frame.LockedFramesStayLocked;
import org.pagetrail.analyzer.rule.frame.MappedFramesAreTaken;
import org.pagetrail.analyzer.rule.frame.OneOwner;
import org.pagetrail.analyzer.rule.frame.TablesAreCleared;
import org.pagetrail.analyzer.rule.frame.UserPagesAreFilled;
import org.pagetrail.analyzer.rule.layout.HigherHalfBootMap;
import org.pagetrail.analyzer.rule.layout.IdentityMap;
import org.pagetrail.analyzer.rule.layout.KernelHalfAgrees;
import org.pagetrail.analyzer.rule.layout.KernelRegions;
import org.pagetrail.analyzer.rule.layout.KernelStack;
import org.pagetrail.analyzer.rule.layout.NoIdentityMap;
import org.pagetrail.analyzer.rule.layout.NoLargeKernelPages;
import org.pagetrail.analyzer.rule.layout.NullPage;
import org.pagetrail.analyzer.rule.layout.RecursiveSlot;
import org.pagetrail.analyzer.rule.layout.UserRegions;
import org.pagetrail.analyzer.rule.order.ControlBitsInTime;
import org.pagetrail.analyzer.rule.order.LockedBeforeAllocation;
import org.pagetrail.analyzer.rule.order.StepsInOrder;
import org.pagetrail.analyzer.rule.order.SwitchKeepsGround;
import org.pagetrail.analyzer.rule.protection.KernelFromUserMode;
import org.pagetrail.analyzer.rule.protection.ReadOnlyText;
import org.pagetrail.analyzer.rule.protection.TablesFromUserMode;
import org.pagetrail.analyzer.rule.tlb.FilledAsWalked;
import org.pagetrail.analyzer.rule.tlb.InvalidatedBeforeReliance;
import org.pagetrail.analyzer.rule.tlb.OnlyKernelPagesAreGlobal;
import org.pagetrail.analyzer.rule.tlb.ServedAsWalked;
import org.pagetrail.analyzer.rule.tlb.WindowInvalidated;
import org.pagetrail.analyzer.rule.trace.WholeTrace;

/** The list of all rules, in the order of their invariants' ids. */
final class Rules {
    private Rules() {}

    /** A new one of each: a rule remembers the trace that it judges. */
    static List<Rule> make() {
        return List.of(
                new ReservedBitsClear(),
                new TableLinkedOnce(),
                new SizeChangesThroughAbsent(),
                new FaultsAreAnswered(),
                new KernelDoesNotFault(),
                new CodeAsWalked(),
                new NoDoubleFault(),
                new OneOwner(),
                new MappedFramesAreTaken(),
                new LockedFramesStayLocked(),
                new AllocatedOnce(),
                new ExitGivesBack(),
                new FreedFramesAreUnused(),
                new AllocatedFramesAreAvailable(),
                new UserPagesAreFilled(),
                new TablesAreCleared(),
                new CopyOnWriteIsReadOnly(),
                new IdentityMap(),
                new HigherHalfBootMap(),
                new KernelRegions(),
                new NoLargeKernelPages(),
                new RecursiveSlot(),
                new NoIdentityMap(),
                new KernelHalfAgrees(),
                new KernelStack(),
                new UserRegions(),
                new NullPage(),
                new StepsInOrder(),
                new LockedBeforeAllocation(),
                new SwitchKeepsGround(),
                new ControlBitsInTime(),
                new KernelFromUserMode(),
                new TablesFromUserMode(),
                new ReadOnlyText(),
                new ServedAsWalked(),
                new InvalidatedBeforeReliance(),
                new OnlyKernelPagesAreGlobal(),
                new FilledAsWalked(),
                new WindowInvalidated(),
                new WholeTrace());
    }
}
