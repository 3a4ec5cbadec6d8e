/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Limits of resources, then a seccomp filter. */
#include "storage/sandbox.h"

#include <seccomp.h>
#include <sys/resource.h>
#include <sysexits.h>
#include <unistd.h>

/* Without exit handlers, since they may need what was given up. */
static G_NORETURN void
fail (void)
{
  _exit (EX_OSERR);
}

/* Whoever started us may have set a narrower one. */
static void
set_limit (int what, rlim_t most)
{
  struct rlimit limit;

  if (getrlimit (what, &limit) != 0)
    fail ();
  limit.rlim_max = MIN (limit.rlim_max, most);
  limit.rlim_cur = limit.rlim_max;
  if (setrlimit (what, &limit) != 0)
    fail ();
}

static rlim_t
read_memory (void)
{
  g_autofree char *text = NULL;

  if (!g_file_get_contents ("/proc/self/statm", &text, NULL, NULL))
    fail ();
  return (rlim_t) g_ascii_strtoull (text, NULL, 10) * (rlim_t) sysconf (_SC_PAGESIZE);
}

void
sandbox_limit (const SandboxLimits *limits)
{
  set_limit (RLIMIT_CORE, 0);
  set_limit (RLIMIT_CPU, limits->cpu_s);
  set_limit (RLIMIT_FSIZE, limits->file_bytes);
  set_limit (RLIMIT_AS, read_memory () + limits->memory_bytes);
  alarm (limits->wall_s);
}

void
sandbox_enter (void)
{
  static const int calls[] = {
    SCMP_SYS (read),
    SCMP_SYS (pread64),
    SCMP_SYS (write),
    SCMP_SYS (pwrite64),
    SCMP_SYS (brk),
    SCMP_SYS (mmap),
    SCMP_SYS (munmap),
    SCMP_SYS (mremap),
    SCMP_SYS (mprotect),
    SCMP_SYS (madvise),
    SCMP_SYS (futex),
    SCMP_SYS (clock_gettime),
    SCMP_SYS (gettimeofday),
    SCMP_SYS (getrandom),
    SCMP_SYS (getpid),
    SCMP_SYS (gettid),
    SCMP_SYS (rt_sigprocmask),
    SCMP_SYS (sigaltstack),
    SCMP_SYS (rt_sigreturn),
    SCMP_SYS (exit),
    SCMP_SYS (exit_group),
  };
  scmp_filter_ctx filter = seccomp_init (SCMP_ACT_KILL_PROCESS);

  if (filter == NULL)
    fail ();
  for (gsize i = 0; i < G_N_ELEMENTS (calls); i++)
    {
      if (seccomp_rule_add (filter, SCMP_ACT_ALLOW, calls[i], 0) != 0)
        fail ();
    }
  if (seccomp_load (filter) != 0)
    fail ();
  seccomp_release (filter);
}
