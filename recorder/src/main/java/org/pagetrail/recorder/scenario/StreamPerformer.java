package org.pagetrail.recorder.scenario;

import org.pagetrail.recorder.kernel.process.UserMode;
import org.pagetrail.recorder.kernel.process.UserProgram;
import org.pagetrail.recorder.machine.Access;
import org.pagetrail.recorder.workload.ReferenceKind;
import org.pagetrail.recorder.workload.ReferenceStream;
import org.pagetrail.traces.event.AccessKind;
import org.pagetrail.traces.ia32.LinearAddress;

/** A process that makes the accesses of a recorded program, and ends with them. */
final class StreamPerformer implements UserProgram {
    private static final int CHUNK = 1024;

    private final ReferenceStream stream;
    private final long[] chunk = new long[CHUNK];
    private int filled;
    private boolean ended;

    StreamPerformer(ReferenceStream stream) {
        this.stream = stream;
    }

    @Override
    public void run(UserMode user) {
        while (user.running()) {
            if (ended) {
                user.exit(0);
                return;
            }
            fill(user);
            user.accesses(chunk, filled);
            filled = 0;
        }
    }

    private void fill(UserMode user) {
        while (filled < CHUNK - 1) {
            if (!stream.next()) {
                ended = true;
                return;
            }
            add(user, stream.kind(), stream.linear(), stream.size());
        }
    }

    private void add(UserMode user, ReferenceKind kind, int linear, int bytes) {
        if (LinearAddress.offset(linear) + bytes > LinearAddress.PAGE_BYTES) {
            user.accessesWithin(chunk, filled);
            filled = 0;
            if (kind == ReferenceKind.FETCH) {
                user.jump(linear);
            }
            user.access(linear, bytes, first(kind));
            if (kind == ReferenceKind.MODIFY) {
                user.access(linear, bytes, AccessKind.WRITE);
            }
            return;
        }
        chunk[filled++] = Access.of(linear, first(kind));
        if (kind == ReferenceKind.MODIFY) {
            chunk[filled++] = Access.of(linear, AccessKind.WRITE);
        }
    }

    private static AccessKind first(ReferenceKind kind) {
        return switch (kind) {
            case FETCH -> AccessKind.FETCH;
            case LOAD, MODIFY -> AccessKind.READ;
            case STORE -> AccessKind.WRITE;
        };
    }
}
