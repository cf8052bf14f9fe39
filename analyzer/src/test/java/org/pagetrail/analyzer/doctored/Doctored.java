package org.pagetrail.analyzer.doctored;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.pagetrail.replay.state.MachineState;
import org.pagetrail.replay.state.StateBuilder;
import org.pagetrail.traces.event.AccessKind;
import org.pagetrail.traces.event.ControlRegister;
import org.pagetrail.traces.event.EntryCause;
import org.pagetrail.traces.event.EntryChange;
import org.pagetrail.traces.event.EventCatalog;
import org.pagetrail.traces.event.EventCounts;
import org.pagetrail.traces.event.EventDispatch;
import org.pagetrail.traces.event.EventId;
import org.pagetrail.traces.event.EventTee;
import org.pagetrail.traces.event.FaultResolution;
import org.pagetrail.traces.event.FillCause;
import org.pagetrail.traces.event.FlatEvents;
import org.pagetrail.traces.event.FlushCause;
import org.pagetrail.traces.event.Mode;
import org.pagetrail.traces.event.Rights;
import org.pagetrail.traces.event.Tlb;
import org.pagetrail.traces.event.TraceClosing;
import org.pagetrail.traces.event.TraceEvents;
import org.pagetrail.traces.event.TraceHeader;
import org.pagetrail.traces.event.TraceReader;
import org.pagetrail.traces.journal.BlockDigest;
import org.pagetrail.traces.paging.EntryKind;
import org.pagetrail.traces.paging.PagingMode;
import org.pagetrail.traces.text.JsonLinesReader;
import org.pagetrail.traces.text.JsonLinesWriter;
import org.pagetrail.traces.text.SymbolTable;

/**
 * A golden trace changed by hand: events dropped or altered, others put in at a place. What is put in is told as the machine
 * would have told it, from the state at that place, so that a trace has the one defect that a test gives it and no other.
 */
public final class Doctored {
    public static final long P = 1;
    public static final long RW = 3;
    public static final long USER = 7;
    public static final long A = 1 << 5;
    public static final long D = 1 << 6;
    public static final long PS = 1 << 7;
    public static final long G = 1 << 8;
    public static final long AVL = 1 << 9;
    public static final int READ = AccessKind.READ.ordinal();
    public static final int WRITE = AccessKind.WRITE.ordinal();
    public static final int FETCH = AccessKind.FETCH.ordinal();

    private static final int FIRST_NEW_SYMBOL = 1_000;

    private TraceHeader header;
    private final List<Told> before = new ArrayList<>();
    private final List<Told> after = new ArrayList<>();
    private final Map<String, Integer> symbols = new HashMap<>();
    private StateBuilder builder;

    /** An event as data. */
    public record Told(int id, long tick, long[] fields, String text) {
        /** Whether it is of this kind. */
        public boolean is(int kind) {
            return id == kind;
        }

        private Told copy() {
            return new Told(id, tick, fields.clone(), text);
        }

        /** A field in declared order. */
        public long f(int index) {
            return fields[index];
        }

        @Override
        public String toString() {
            return EventCatalog.get().byId(id).name() + Arrays.toString(fields) + (text == null ? "" : text);
        }
    }

    /** Keeps events as data. */
    private static final class Keeper extends FlatEvents {
        private final List<Told> kept;

        Keeper(List<Told> kept) {
            this.kept = kept;
        }

        @Override
        protected void event(int id, long tick, long[] fields, int count, String text) {
            kept.add(new Told(id, tick, Arrays.copyOf(fields, count), text));
        }
    }

    /** A golden trace as it was read. */
    private record Kept(TraceHeader header, List<Told> events) {}

    private static final Map<String, Kept> KEPT = new ConcurrentHashMap<>();

    private Doctored(Kept kept) {
        header = kept.header();
        kept.events().forEach(told -> after.add(told.copy()));
    }

    /** The golden trace of this name, as it is. */
    public static Doctored golden(String name) {
        return new Doctored(KEPT.computeIfAbsent(name, Doctored::read));
    }

    private static Kept read(String name) {
        Path file = Path.of(System.getProperty("basedir", ""), "..", "traces", "golden", name + ".jsonl");
        try (TraceReader reader = JsonLinesReader.open(file)) {
            List<Told> events = new ArrayList<>();
            reader.readAll(new Keeper(events));
            return new Kept(reader.header(), events);
        }
    }

    // Changes of what is there; before at()

    /** Says of the machine that it has so much memory. */
    public Doctored withRam(long bytes) {
        header = new TraceHeader(
                header.format(),
                header.vocabulary(),
                header.tool(),
                header.mode(),
                header.scenario(),
                header.seed(),
                bytes,
                header.plan(),
                header.planDigest(),
                header.profile(),
                header.kernel(),
                header.modules(),
                header.options(),
                header.blocks());
        return this;
    }

    /** Leaves out all such events. */
    public Doctored without(Predicate<Told> such) {
        if (!after.removeIf(such)) {
            throw new AssertionError("no such event");
        }
        return this;
    }

    /** Changes the fields of the first such event. */
    public Doctored altering(Predicate<Told> such, Consumer<long[]> change) {
        for (Told told : after) {
            if (such.test(told)) {
                change.accept(told.fields());
                return this;
            }
        }
        throw new AssertionError("no such event");
    }

    /** The number that the trace gives to a text, somewhere. */
    public int numberOf(String text) {
        return after.stream()
                .filter(told -> told.is(EventId.SYMBOL_DEFINED) && text.equals(told.text()))
                .mapToInt(told -> (int) told.f(0))
                .findFirst()
                .orElseThrow();
    }

    // The place at which events are put in

    /** Directly before the first such event from here on. */
    public Doctored at(Predicate<Told> such) {
        if (builder == null) {
            builder = new StateBuilder(header);
        }
        while (!after.isEmpty() && !such.test(after.get(0))) {
            take(after.remove(0));
        }
        if (after.isEmpty()) {
            throw new AssertionError("no such event");
        }
        return this;
    }

    /** Directly before the machine stops. */
    public Doctored atTheEnd() {
        return at(told -> told.is(EventId.MACHINE_STOPPED));
    }

    /** Directly before the switch of S5. */
    public Doctored beforeTheSwitch() {
        return at(Doctored::isSwitch);
    }

    /** Whether the event is a write of CR3 that replaces a directory. */
    public static boolean isSwitch(Told told) {
        return told.is(EventId.CONTROL_REGISTER_WRITTEN)
                && told.f(0) == ControlRegister.CR3.ordinal()
                && told.f(1) != 0;
    }

    private void take(Told told) {
        if (told.is(EventId.SYMBOL_DEFINED)) {
            symbols.put(told.text(), (int) told.f(0));
        }
        before.add(told);
        EventDispatch.dispatch(told.id(), told.tick(), told.fields(), told.text(), builder);
    }

    /** The state at the place. */
    public MachineState state() {
        return builder.state();
    }

    /** Who takes an event in at the place. */
    public TraceEvents tell() {
        return new EventTee(new Keeper(before), builder);
    }

    /** The tick at the place. */
    public long tick() {
        return state().tick();
    }

    /** The number of a text, defined if need be. */
    public int symbol(String text) {
        Integer known = symbols.get(text);
        if (known == null) {
            // One that is defined later keeps its number, and is defined here.
            known = after.stream()
                    .filter(told -> told.is(EventId.SYMBOL_DEFINED) && text.equals(told.text()))
                    .map(told -> (int) told.f(0))
                    .findFirst()
                    .orElse(FIRST_NEW_SYMBOL + symbols.size());
            after.removeIf(told -> text.equals(told.text()));
            symbols.put(text, known);
            tell().symbolDefined(tick(), known, text);
        }
        return known;
    }

    // What a machine and a kernel do

    /** A word of memory changes, if it belongs to a live paging structure. */
    public Doctored store(long table, int slot, long now) {
        return change(table, slot, now, EntryCause.STORE);
    }

    /** A word of a structure that has just become live is told. */
    public Doctored becomesLive(long table, int slot, long now) {
        return change(table, slot, now, EntryCause.BECAME_LIVE);
    }

    /** A walk sets A, or A and D. */
    public Doctored mark(long table, int slot, long bits) {
        return change(table, slot, state().word(table, slot) | bits, EntryCause.WALK);
    }

    private Doctored change(long table, int slot, long now, EntryCause cause) {
        if (!state().isLive(table)) {
            throw new AssertionError("frame " + table + " is no live paging structure");
        }
        PagingMode mode = state().pagingMode();
        int level = state().isRoot(table) ? mode.levels() : 1;
        long was = state().word(table, slot);
        long linear = level == mode.levels() ? mode.offset(slot, level) : base(table) + mode.offset(slot, 1);
        long directory =
                level == mode.levels() ? table : state().loadedDirectory().orElse(0);
        EntryChange.of(mode, level, cr4(), was, now)
                .tell(tell(), tick(), table, slot, was, now, linear, level, directory, cause);
        return this;
    }

    private long base(long table) {
        PagingMode mode = state().pagingMode();
        long[] found = {0};
        for (long frame : state().liveFrames()) {
            if (state().isRoot(frame)) {
                state().words(frame, (slot, word) -> {
                    if (mode.frame(word, 2, cr4()) == table && mode.kind(word, 2, cr4()) == EntryKind.TABLE) {
                        found[0] = mode.offset(slot, 2);
                    }
                });
            }
        }
        return found[0];
    }

    private long cr4() {
        return state().register(ControlRegister.CR4);
    }

    /** The frame of the table that a directory has for an address. */
    public long table(long directory, long linear) {
        return state().word(directory, slot(linear, 2)) >>> 12;
    }

    /** Writes the table's entry of an address in the loaded address space. */
    public Doctored map(long linear, long entry) {
        return map(loaded(), linear, entry);
    }

    /** Writes the table's entry of an address. */
    public Doctored map(long directory, long linear, long entry) {
        return store(table(directory, linear), slot(linear, 1), entry);
    }

    /** The directory in CR3. */
    public long loaded() {
        return state().loadedDirectory().orElseThrow();
    }

    public int slot(long linear, int level) {
        return state().pagingMode().slot(linear, level);
    }

    public static long entry(long frame, long bits) {
        return frame << 12 | bits;
    }

    public Doctored allocate(long frame, long count, String use) {
        int symbol = symbol(use);
        tell().framesAllocated(tick(), frame, count, symbol);
        return this;
    }

    public Doctored free(long frame, long count) {
        int symbol = symbol("page");
        tell().framesFreed(tick(), frame, count, symbol);
        return this;
    }

    public Doctored lock(long frame, long count, String use) {
        int symbol = symbol(use);
        tell().framesLocked(tick(), frame, count, symbol);
        return this;
    }

    public Doctored clear(long frame) {
        tell().frameCleared(tick(), frame);
        return this;
    }

    /** Takes a frame and clears it. */
    public Doctored take(long frame, String use) {
        return allocate(frame, 1, use).clear(frame);
    }

    public Doctored space(long directory, int pid) {
        int symbol = symbol("process " + pid);
        tell().addressSpaceCreated(tick(), directory, pid, symbol);
        return this;
    }

    public Doctored retire(long directory, int pid) {
        int symbol = symbol("process " + pid);
        tell().addressSpaceRetired(tick(), directory, pid, symbol);
        return this;
    }

    /**
     * Makes an address space like a kernel's for a process, not loaded: its directory is {@code frame}, its user page at 0x08048000
     * {@code frame + 2} by the table in {@code frame + 1}.
     */
    public Doctored process(long frame, int pid) {
        directory(frame, pid).take(frame + 1, "page-table").store(frame, slot(0x0804_8000L, 2), entry(frame + 1, USER));
        return take(frame + 2, "page").map(frame, 0x0804_8000L, entry(frame + 2, USER));
    }

    /** Makes an address space that has the kernel's half and nothing else. */
    public Doctored directory(long frame, int pid) {
        take(frame, "page-directory").space(frame, pid);
        long kernel = loaded();
        for (int slot = 768; slot < 1023; slot++) {
            store(frame, slot, state().word(kernel, slot) & ~(A | D));
        }
        return store(frame, 1023, entry(frame, RW));
    }

    /** The kernel says that the address space is a process's. */
    public Doctored born(long directory, int pid, int parent) {
        int symbol = symbol("process " + pid);
        tell().processCreated(tick(), pid, parent, directory, symbol);
        return this;
    }

    /**
     * Makes a process, not loaded, that lives: as {@link #process}, with a page of text at 0x08048000, read-only and loaded, one of
     * data above it that is not mapped, and an empty heap above that.
     */
    public Doctored living(long frame, int pid) {
        directory(frame, pid).born(frame, pid, 0);
        program(pid);
        take(frame + 1, "page-table").store(frame, slot(0x0804_8000L, 2), entry(frame + 1, USER));
        return take(frame + 2, "user-page").map(frame, 0x0804_8000L, entry(frame + 2, USER & ~2));
    }

    /** A program is placed in a process: a page of text, one of data, and its heap, which is empty. */
    public Doctored program(int pid) {
        segment(pid, 0x0804_8000L, 0x1000, Rights.READ | Rights.EXECUTE | Rights.USER);
        segment(pid, 0x0804_9000L, 0x0f00, Rights.READ | Rights.WRITE | Rights.USER);
        return breakFrom(pid, 0x0804_a000L, 0x0804_a000L);
    }

    public Doctored segment(int pid, long linear, long bytes, int rights) {
        tell().userSegmentLoaded(tick(), pid, linear, bytes, bytes, rights);
        return this;
    }

    public Doctored library(int pid, long linear, long bytes, int rights) {
        int symbol = symbol("library");
        tell().libraryMapped(tick(), pid, linear, bytes, rights, symbol);
        return this;
    }

    public Doctored breakFrom(int pid, long was, long now) {
        tell().programBreakMoved(tick(), pid, was, now);
        return this;
    }

    public Doctored exit(int pid) {
        tell().processExited(tick(), pid, 0);
        return this;
    }

    public Doctored share(long frame, long users) {
        tell().frameShared(tick(), frame, users);
        return this;
    }

    public Doctored unshare(long frame, long users) {
        tell().frameUnshared(tick(), frame, users);
        return this;
    }

    public Doctored copy(long source, long destination) {
        tell().frameCopied(tick(), source, destination);
        return this;
    }

    /** A page fault, of user mode or of the kernel on its stack. */
    public Doctored fault(long linear, int code, int cpl) {
        tell().tlbInvalidated(tick(), FlushCause.PAGE_FAULT.ordinal(), linear, 0, 0, 0);
        long ip = cpl == 0 ? 0xc010_1000L : 0x0804_8010L;
        long sp = cpl == 0 ? 0xffbf_c010L : 0xbfff_fff0L;
        tell().pageFaulted(tick(), linear, code, ip, sp, cpl, 0, 2);
        return this;
    }

    public Doctored answered(long linear, FaultResolution how) {
        tell().pageFaultResolved(tick(), linear, how.ordinal());
        return this;
    }

    /** A control register is written by an instruction of the kernel's text. */
    public Doctored register(ControlRegister register, long now) {
        long stack = (state().stackPage().orElse(0) + 1L << 12) - 16;
        tell().controlRegisterWritten(
                        tick(), register.ordinal(), state().register(register), now, 0xc010_1000L, stack, 0);
        return this;
    }

    public Doctored flush(FlushCause cause) {
        tell().tlbFlushed(tick(), cause.ordinal(), 0, 0, 0);
        return this;
    }

    public Doctored cr3(long directory) {
        return register(ControlRegister.CR3, directory << 12).flush(FlushCause.CR3_WRITE);
    }

    public Doctored invlpg(long linear) {
        tell().tlbInvalidated(tick(), FlushCause.INVLPG.ordinal(), linear, 0, 0, 0);
        return this;
    }

    /** A miss in the loaded address space: the walk marks the entries and fills a way of the data TLB, and of none other. */
    public Doctored touch(long linear, int kind) {
        return touch(linear, kind, 0);
    }

    /** A miss whose fill differs from the entries in these bits of the table's entry. */
    public Doctored touch(long linear, int kind, long wrong) {
        PagingMode mode = state().pagingMode();
        long directory = loaded();
        int slot = slot(linear, 2);
        mark(directory, slot, A);
        long table = table(directory, linear);
        mark(table, slot(linear, 1), kind == WRITE ? A | D : A);
        long pde = state().walkCacheWord(linear) != 0 ? state().walkCacheWord(linear) : state().word(directory, slot);
        long pte = state().word(table, slot(linear, 1));
        int rights = Rights.READ | Rights.EXECUTE;
        rights |= mode.writable(pde) && mode.writable(pte) ? Rights.WRITE : 0;
        rights |= mode.user(pde) && mode.user(pte) ? Rights.USER : 0;
        boolean global = mode.global(pte) && mode.globalPagesEnabled(cr4());
        tell().tlbFilled(
                        tick(),
                        Tlb.DATA_4K.ordinal(),
                        dataSet(linear),
                        0,
                        -1,
                        linear >>> 12,
                        pde,
                        pte ^ wrong,
                        rights,
                        mode.dirty(pte) ? 1 : 0,
                        global ? 1 : 0,
                        FillCause.MISS.ordinal(),
                        2);
        return this;
    }

    /** The set of the data TLB that an address goes to. */
    public int dataSet(long linear) {
        return (int) ((linear >>> 12) & (state().tlb(Tlb.DATA_4K).sets() - 1));
    }

    /** A changed entry is used, of the way that {@link #touch} fills. */
    public Doctored use(long linear, int kind, int privilege) {
        tell().changedEntryUsed(
                        tick(), Tlb.DATA_4K.ordinal(), dataSet(linear), 0, linear, kind, privilege, 0xc010_1000L);
        return this;
    }

    public Doctored mode(Mode to) {
        tell().modeSwitched(tick(), state().mode().ordinal(), to.ordinal());
        return this;
    }

    public Doctored stack(long linear) {
        tell().stackPointerMoved(tick(), linear >>> 12);
        return this;
    }

    // The result

    private List<Told> all() {
        List<Told> all = new ArrayList<>(before);
        long last = before.isEmpty() ? 0 : before.get(before.size() - 1).tick();
        for (Told told : after) {
            all.add(new Told(told.id(), Math.max(last, told.tick()), told.fields(), told.text()));
        }
        return all;
    }

    /** As a trace to read, with a closing record that fits. */
    public TraceReader reader() {
        return reader(counts -> {});
    }

    /** As a trace to read, with a closing record of which these counts are told. */
    public TraceReader reader(Consumer<EventCounts> alteration) {
        List<Told> all = all();
        EventCounts counts = new EventCounts();
        all.forEach(told -> counts.count(told.id(), told.tick()));
        alteration.accept(counts);
        TraceClosing closing = new TraceClosing(counts.total(), counts.lastTick(), "0".repeat(64), counts.byId());
        return new ListReader(header, all, closing);
    }

    /** As a portable trace. */
    public void write(Path file) {
        long[] ordinal = {-1};
        BlockDigest digest = new BlockDigest(header);
        try (TraceReader reader = reader();
                Writer writer = Files.newBufferedWriter(file)) {
            JsonLinesWriter json = new JsonLinesWriter(writer, () -> ordinal[0], new SymbolTable());
            json.header(reader.header());
            ordinal[0] = 0;
            while (reader.next(new EventTee(digest, json))) {
                ordinal[0]++;
            }
            TraceClosing closing = reader.closing();
            json.closing(new TraceClosing(closing.events(), closing.lastTick(), digest.digest(), closing.counts()));
            json.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static final class ListReader implements TraceReader {
        private final TraceHeader header;
        private final List<Told> all;
        private final TraceClosing closing;
        private int next;

        ListReader(TraceHeader header, List<Told> all, TraceClosing closing) {
            this.header = header;
            this.all = all;
            this.closing = closing;
        }

        @Override
        public TraceHeader header() {
            return header;
        }

        @Override
        public boolean next(TraceEvents out) {
            if (next == all.size()) {
                return false;
            }
            Told told = all.get(next++);
            EventDispatch.dispatch(told.id(), told.tick(), told.fields(), told.text(), out);
            return true;
        }

        @Override
        public long ordinal() {
            return next - 1L;
        }

        @Override
        public TraceClosing closing() {
            return closing;
        }

        @Override
        public void close() {}
    }
}
