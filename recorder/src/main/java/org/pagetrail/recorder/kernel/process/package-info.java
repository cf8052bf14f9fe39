/** Processes: their address spaces, page faults, system calls and scheduling, and the user mode that programs run in. */
package org.pagetrail.recorder.kernel.process;
