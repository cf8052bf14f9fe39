package org.pagetrail.traces.plan;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.pagetrail.traces.event.ByteSize;
import org.pagetrail.traces.event.Rights;

/** A plan as a table for people, top of memory first. */
public final class PlanTable {
    private final StringBuilder text = new StringBuilder();
    private final Plan plan;

    private PlanTable(Plan plan) {
        this.plan = plan;
    }

    /** The table, lines ended by LF. */
    public static String render(Plan plan) {
        PlanTable table = new PlanTable(plan);
        table.heading();
        table.regions();
        table.boot();
        table.policies();
        return table.text.toString();
    }

    private void line(String format, Object... values) {
        text.append(String.format(Locale.ROOT, format, values).stripTrailing()).append('\n');
    }

    private void heading() {
        line("%s: %s", plan.name(), plan.title());
        line("");
    }

    private void regions() {
        line("  %-23s %10s  %-6s %-17s %s", "linear addresses", "size", "rights", "region", "");
        List<Region> regions = new ArrayList<>(plan.regions());
        regions.sort(Comparator.comparingLong(
                        (Region region) -> region.last() != Region.OPEN ? region.last() : region.first())
                .reversed());
        boolean user = false;
        for (Region region : regions) {
            if (!user && (region.rights() & Rights.USER) != 0) {
                user = true;
                line("  %s", "-".repeat(87));
            }
            String first = region.first() == Region.OPEN ? "(above)   " : Addresses.hex(region.first());
            String last = region.last() == Region.OPEN ? "(ELF)" : Addresses.hex(region.last());
            line(
                    "  %s - %-10s %10s  %-6s %-17s %s",
                    first,
                    last,
                    region.fixed() ? ByteSize.text(region.size()) : "open",
                    Rights.text(region.rights()),
                    region.id(),
                    region.title() + notes(region));
        }
        for (Plan.Range range : plan.unassigned()) {
            line(
                    "  %s - %-10s %10s  %-6s unassigned",
                    Addresses.hex(range.first()),
                    Addresses.hex(range.last()),
                    ByteSize.text(range.last() - range.first() + 1),
                    "");
        }
        line("");
    }

    private static String notes(Region region) {
        String notes =
                switch (region.growth()) {
                    case NONE -> "";
                    case UP -> ", grows up";
                    case DOWN -> ", grows down";
                };
        if (region.slice() != 0) {
            notes += ", slices of " + ByteSize.text(region.slice());
        }
        return region.guard() == Region.OPEN ? notes : notes + ", guard " + Addresses.hex(region.guard());
    }

    private void boot() {
        line("  step  what");
        for (Plan.Step step : plan.steps()) {
            line("  %-5s %s", step.id(), step.title());
            for (Plan.BootMapping mapping : plan.bootMappings()) {
                if (mapping.step().equals(step.id())) {
                    line(
                            "          %s to physical %s, %s in pages of %s",
                            Addresses.range(mapping.first(), mapping.first() + mapping.size() - 1),
                            Addresses.hex(mapping.physical()),
                            ByteSize.text(mapping.size()),
                            ByteSize.text(mapping.page()));
                }
            }
            for (Plan.Lock lock : plan.locks()) {
                if (lock.step().equals(step.id())) {
                    line(
                            "          locks %s%s",
                            lock.what(),
                            lock.physical() == Region.OPEN
                                    ? ", where the boot loader put them"
                                    : ", physical "
                                            + Addresses.range(lock.physical(), lock.physical() + lock.size() - 1));
                }
            }
        }
        line("");
    }

    private void policies() {
        String slots =
                plan.kernelTables().neverLazy().stream().map(String::valueOf).collect(Collectors.joining(", "));
        line(
                "  RAM               %s unless said otherwise, at least %s",
                ByteSize.text(plan.ram().standard()), ByteSize.text(plan.ram().minimum()));
        line(
                "  kernel tables     %s",
                plan.kernelTables().preallocated()
                        ? "all made in S5 from " + ByteSize.text(plan.ram().preallocateFrom())
                                + " of RAM on; below, all but those of slots " + slots + " when needed"
                        : "all but those of slots " + slots + " when needed");
        line("  recursive slot    %d", plan.recursiveSlot());
        line("  identity map      %s", plan.identityKept() ? "kept past S5" : "not in the structure of S5");
        line(
                "  global pages      %s",
                plan.globalKernelPages() ? "kernel pages, where there is PGE; never the window" : "none");
        line("  temporary slot    %s", Addresses.hex(plan.temporarySlot()));
        line("  may share frames  %s", String.join(", ", plan.aliases()));
        for (Plan.Device device : plan.devices()) {
            line(
                    "  device            %s, physical %s",
                    device.name(), Addresses.range(device.physical(), device.physical() + device.size() - 1));
        }
    }
}
