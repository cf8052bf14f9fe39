package org.pagetrail.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.pagetrail.analyzer.hotspot.Cause;
import org.pagetrail.analyzer.hotspot.Hotspots;
import org.pagetrail.recorder.machine.Machine;
import org.pagetrail.recorder.machine.MachineStopped;
import org.pagetrail.traces.event.AccessKind;
import org.pagetrail.traces.event.ControlRegister;
import org.pagetrail.traces.event.DescriptorTable;
import org.pagetrail.traces.event.EventCatalog;
import org.pagetrail.traces.event.EventDispatch;
import org.pagetrail.traces.event.FaultResolution;
import org.pagetrail.traces.event.FlatEvents;
import org.pagetrail.traces.event.TraceClosing;
import org.pagetrail.traces.event.TraceEvents;
import org.pagetrail.traces.event.TraceHeader;
import org.pagetrail.traces.event.TraceReader;
import org.pagetrail.traces.ia32.ControlBits;
import org.pagetrail.traces.ia32.Ia32Paging;
import org.pagetrail.traces.profile.MachineProfile;
import org.pagetrail.traces.profile.MachineProfiles;

/**
 * The live machine doing at random what a boot never does, against what hotspots makes of its events: faults that are answered, inside
 * each other, or given up; first writes from the second level, with rights gone stale or not; flushes of all kinds.
 *
 * <p>The directory is in frame 1. Its slot 0 is the table in frame 2, which maps pages 0 to 31 one to one and those from 64 on to
 * anything; slots 2 and 3 are 4 MB pages where there are such.
 */
class AttributedMachineTest {
    private static final int DIRECTORY = 0x1000;
    private static final int TABLE = 0x2000;
    private static final int GDT = 0x3000;
    private static final int IDT = 0x4000;
    private static final int HANDLER = 0x5000;
    private static final int CODE = 0x6000;
    private static final int STACK = 0x8000;
    private static final int FIXED_PAGES = 32;
    private static final int FIRST = 64;
    private static final int PAGES = 160;
    private static final int LARGE = 0x80_0000;
    private static final long RAM = 16 << 20;
    private static final int STEPS = 6_000;

    /** The handler gives up: whoever faulted is gone, and nothing returns. */
    private static final class GivenUp extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    private record Told(int id, long tick, long[] fields, String text) {}

    private final List<Told> told = new ArrayList<>();
    private final TraceEvents events = new FlatEvents() {
        @Override
        protected void event(int id, long tick, long[] fields, int count, String text) {
            told.add(new Told(id, tick, fields.clone(), text));
        }
    };

    private MachineProfile profile;
    private Machine machine;
    private Random random;
    private int nested;
    private long delivered;
    private long returned;

    private void word(int physical, int value) {
        byte[] bytes = ByteBuffer.allocate(Integer.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(value)
                .array();
        machine.memory().load(physical, bytes, 0, bytes.length);
    }

    private void gate(int vector, int target) {
        word(IDT + 8 * vector, 8 << 16 | target);
        word(IDT + 8 * vector + 4, 0x8e00);
    }

    private void start(MachineProfile with, long seed) {
        profile = with;
        random = new Random(seed);
        machine = new Machine(with, RAM, events);
        word(DIRECTORY, TABLE | 3);
        for (int i = 0; i < 2 && with.features().pse(); i++) {
            word(DIRECTORY + 4 * (2 + i), LARGE + (i << 22) & 0xc0_0000 | 0x83);
        }
        for (int page = 0; page < FIXED_PAGES; page++) {
            word(TABLE + 4 * page, page << 12 | 3);
        }
        gate(14, HANDLER);
        machine.jump(CODE);
        machine.moveStack(STACK);
        machine.writeCr4(Machine.supported(with.features())
                & (ControlBits.CR4_PSE | ControlBits.CR4_PGE | ControlBits.CR4_SMEP));
        machine.writeCr3(DIRECTORY);
        machine.writeCr0(ControlBits.CR0_PE | ControlBits.CR0_PG | ControlBits.CR0_WP);
        machine.loadDescriptorTable(DescriptorTable.GDT, GDT, 23);
        machine.loadDescriptorTable(DescriptorTable.IDT, IDT, 15 * 8 - 1);
        machine.onPageFault(this::answer);
    }

    private void answer(int linear, int code) {
        delivered++;
        nested++;
        try {
            if (nested < 3 && random.nextInt(4) == 0) {
                machine.touch(anywhere(), AccessKind.READ);
            }
            if (random.nextInt(8) == 0) {
                events.pageFaultResolved(
                        machine.now(), Integer.toUnsignedLong(linear), FaultResolution.KILLED.ordinal());
                throw new GivenUp();
            }
            machine.store(TABLE + 4 * (linear >>> 12), linear & -4096 | 3);
            events.pageFaultResolved(machine.now(), Integer.toUnsignedLong(linear), FaultResolution.SPURIOUS.ordinal());
            returned++;
        } finally {
            nested--;
        }
    }

    private int anywhere() {
        return FIRST + random.nextInt(PAGES) << 12;
    }

    private void step() {
        int page = FIRST + random.nextInt(PAGES);
        AccessKind kind = AccessKind.values()[random.nextInt(3)];
        switch (random.nextInt(20)) {
            case 0 -> machine.store(TABLE + 4 * page, random.nextBoolean() ? 0 : page << 12 | 1);
            case 1 -> machine.store(TABLE + 4 * page, page << 12 | 3);
            case 2 -> machine.invlpg(page << 12);
            case 3 -> machine.clearPage(page << 12);
            case 4 -> {
                if (random.nextInt(20) == 0) {
                    machine.writeCr3(DIRECTORY);
                }
            }
            case 5 -> {
                if (random.nextInt(20) == 0) {
                    machine.writeCr4(machine.register(ControlRegister.CR4)
                            ^ Machine.supported(profile.features()) & ControlBits.CR4_PGE);
                }
            }
            case 6 -> {
                if (profile.features().pse()) {
                    machine.touch(LARGE + (random.nextInt(2) << 22) + (random.nextInt(1024) << 12), kind);
                }
            }
            case 7 -> machine.tellAccesses();
            default -> {
                machine.touch(page << 12, kind);
                machine.fetch();
            }
        }
    }

    private Hotspots hotspots() {
        JsonNodeFactory json = JsonNodeFactory.instance;
        TraceHeader header = new TraceHeader(
                TraceHeader.FORMAT,
                EventCatalog.DIGEST,
                "pagetrail test",
                Ia32Paging.NAME,
                "random",
                1,
                RAM,
                json.objectNode(),
                "",
                profile.toJson(),
                json.objectNode(),
                json.arrayNode(),
                json.objectNode());
        return Hotspots.of(
                new TraceReader() {
                    private int next;

                    @Override
                    public TraceHeader header() {
                        return header;
                    }

                    @Override
                    public boolean next(TraceEvents out) {
                        if (next == told.size()) {
                            return false;
                        }
                        Told event = told.get(next++);
                        EventDispatch.dispatch(event.id, event.tick, event.fields, event.text, out);
                        return true;
                    }

                    @Override
                    public long ordinal() {
                        return next - 1L;
                    }

                    @Override
                    public TraceClosing closing() {
                        return new TraceClosing(told.size(), machine.now(), "", new TreeMap<>());
                    }

                    @Override
                    public void close() {}
                },
                List.of());
    }

    @ParameterizedTest
    @ValueSource(strings = {"i486", "pentium", "p6", "skylake", "unit"})
    void whateverItDoesEveryCycleIsAttributed(String name) {
        for (long seed = 1; seed <= 12; seed++) {
            told.clear();
            delivered = 0;
            returned = 0;
            start(MachineProfiles.named(name), seed);
            for (int i = 0; i < STEPS; i++) {
                try {
                    step();
                } catch (GivenUp e) {
                    machine.jump(CODE);
                    machine.moveStack(STACK);
                }
            }
            machine.tellAccesses();
            Hotspots hotspots = hotspots();
            String run = name + ", seed " + seed;
            assertEquals(machine.now(), hotspots.cycles(), run);
            assertEquals(0, hotspots.total().count(Cause.UNATTRIBUTED), run);
            assertEquals(delivered, hotspots.total().count(Cause.FAULT_DELIVERY), run);
            assertEquals(returned, hotspots.total().count(Cause.INTERRUPT_RETURN), run);
            assertTrue(returned > 100 && delivered > returned, run + " has too few faults to say much");
            assertTrue(hotspots.misses().stream().anyMatch(misses -> misses.dirtyWalks() > 0), run);
        }
    }

    @Test
    void aDoubleFaultIsNotDeliveredTwice() {
        start(MachineProfiles.named("p6"), 1);
        machine.moveStack(FIRST << 12);
        machine.store(TABLE + 4 * (FIRST - 1), 0);
        try {
            machine.load((FIRST + 5) << 12);
        } catch (MachineStopped e) {
            assertTrue(hotspots().faults() >= 2, "the stack is absent too");
        }
        Hotspots hotspots = hotspots();
        assertEquals(machine.now(), hotspots.attributed());
        assertEquals(1, hotspots.total().count(Cause.FAULT_DELIVERY));
        assertEquals(0, hotspots.total().count(Cause.INTERRUPT_RETURN));
    }
}
