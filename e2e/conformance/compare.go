package main

import (
	"context"
	"fmt"
	"io"
	"sync/atomic"
	"syscall"
	"time"

	"golang.org/x/sync/errgroup"

	"corewarden/corefile"
	"corewarden/corefile/release"
	"corewarden/e2e/conformance/cases"
)

// A comparison is the work for one release.
type comparison struct {
	name     string
	release  release.Release
	real     *realServer
	corpus   *cases.Corpus
	bases    []cases.Base // where cases are composed
	options  options
	progress io.Writer
}

// A difference is a case on which we disagree with the server.
type difference struct {
	number int
	cases.Case
	ours []corefile.Problem
	real verdict
}

// An outcome is what became of a case.
type outcome struct {
	agreement
	started bool
	*difference
}

// run compares as many cases as the options say.
func (c *comparison) run(ctx context.Context) (*result, error) {
	started, before := time.Now(), processorTime()
	count := c.options.cases
	outcomes := make([]outcome, count)
	var next, done atomic.Int64
	group, groupCtx := errgroup.WithContext(ctx)
	for range c.options.parallel {
		group.Go(func() error {
			for groupCtx.Err() == nil {
				i := int(next.Add(1)) - 1
				if i >= count {
					return nil
				}
				var err error
				if outcomes[i], err = c.compare(groupCtx, i); err != nil {
					return err
				}
				done.Add(1)
			}
			return groupCtx.Err()
		})
	}
	finished := make(chan struct{})
	go c.report(&done, count, finished)
	err := group.Wait()
	close(finished)
	if err != nil {
		return nil, err
	}
	c.real.stopBatches()
	r := newResult(c.name, c.examples(count), outcomes)
	if err := c.shrinkAll(ctx, r, c.options.shrink); err != nil {
		return nil, err
	}
	r.took, r.processor, r.counts = time.Since(started), processorTime()-before, c.real.counts
	return r, nil
}

// processorTime is what this process and its children have used. A batch counts when it ends.
func processorTime() time.Duration {
	var total time.Duration
	for _, who := range []int{syscall.RUSAGE_SELF, syscall.RUSAGE_CHILDREN} {
		var usage syscall.Rusage
		if syscall.Getrusage(who, &usage) == nil {
			total += time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
		}
	}
	return total
}

func (c *comparison) compare(ctx context.Context, i int) (outcome, error) {
	d := &difference{number: i, Case: c.caseOf(i)}
	agreement, err := c.judge(ctx, d)
	o := outcome{agreement: agreement, started: d.real.Started}
	if agreement == disagreed {
		o.difference = d
	}
	return o, err
}

// examples returns how many of the first cases are examples as they are.
func (c *comparison) examples(count int) int {
	if len(c.bases) > 0 {
		return 0
	}
	return c.corpus.Examples(count)
}

func (c *comparison) caseOf(i int) cases.Case {
	if len(c.bases) > 0 {
		return c.corpus.Composed(i, c.bases, func(alone cases.Case) bool {
			problems := judge(alone, c.release)
			_, rejected := firstError(problems)
			return !rejected && !warns(problems, podRules...)
		})
	}
	return c.corpus.Case(i)
}

// judge fills in both verdicts on a case and compares them. Of a case with variables there
// are two of ours: what we say without their values must hold for these as well, and what we
// say of the text with the values in it must be the server's verdict.
func (c *comparison) judge(ctx context.Context, d *difference) (agreement, error) {
	values, whole := d.WithValues()
	unknown, known := judge(d.Case, c.release), judge(values, c.release)
	if endless(unknown, c.release) || endless(known, c.release) {
		return deliberate, nil
	}
	server, err := c.real.verdict(ctx, d.Case)
	if err != nil {
		return disagreed, err
	}
	compared := func() agreement {
		d.real, d.ours = server, unknown
		if len(d.Env) > 0 && compareUnknown(unknown, server, c.release) == disagreed {
			return disagreed
		}
		if !whole {
			return upToMachine
		}
		d.ours = known
		return compare(values, known, server, c.release)
	}
	result := compared()
	if result == disagreed && (server.Started || server.Batch || server.Waits) {
		if server, err = c.real.settledVerdict(ctx, d.Case); err != nil {
			return disagreed, err
		}
		result = compared()
	}
	return result, nil
}

// report writes how far the run is, on one line that it writes over.
func (c *comparison) report(done *atomic.Int64, count int, finished <-chan struct{}) {
	tick := time.NewTicker(2 * time.Second)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			fmt.Fprintf(c.progress, "\r%s: %d of %d cases", c.name, done.Load(), count)
		case <-finished:
			fmt.Fprint(c.progress, "\r\033[K")
			return
		}
	}
}
