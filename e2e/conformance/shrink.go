package main

import (
	"context"
	"maps"
	"strings"
)

// maxAttempts is how many smaller cases are tried for one disagreement.
const maxAttempts = 300

// shrinkAll makes the examples of the first groups as small as it can.
func (c *comparison) shrinkAll(ctx context.Context, r *result, groups int) error {
	for i, g := range r.groups[:min(groups, len(r.groups))] {
		s := &shrinker{comparison: c, smallest: g.example}
		if err := s.shrink(ctx); err != nil {
			return err
		}
		r.groups[i].example = s.smallest
	}
	return nil
}

// A shrinker looks for the smallest case with the same cause (delta debugging: what can be
// left out is left out).
type shrinker struct {
	*comparison
	smallest *difference
	attempts int
}

func (s *shrinker) shrink(ctx context.Context) error {
	for _, key := range s.smallest.WithoutFixtures().Keys() {
		if _, err := s.try(ctx, key, nil); err != nil {
			return err
		}
		for _, separator := range []string{"\n", " "} {
			if err := s.leaveOut(ctx, key, separator); err != nil {
				return err
			}
		}
	}
	return nil
}

// leaveOut leaves out parts of a file, larger ones first, as long as that works.
func (s *shrinker) leaveOut(ctx context.Context, key, separator string) error {
	for size := strings.Count(s.smallest.Files[key], separator); size > 0; size /= 2 {
		for at := 0; ; {
			text, found := s.smallest.Files[key]
			parts := strings.SplitAfter(text, separator)
			if !found || at >= len(parts) || s.attempts > maxAttempts {
				break
			}
			rest := strings.Join(parts[:at], "") + strings.Join(parts[min(at+size, len(parts)):], "")
			smaller, err := s.try(ctx, key, &rest)
			if err != nil {
				return err
			}
			if !smaller {
				at += size
			}
		}
	}
	return nil
}

// try replaces the smallest case by one with another text for a key, or without the key
// for nil, if the disagreement stays the same.
func (s *shrinker) try(ctx context.Context, key string, text *string) (bool, error) {
	s.attempts++
	files := maps.Clone(s.smallest.Files)
	delete(files, key)
	if text != nil {
		files[key] = *text
	}
	d := &difference{number: s.smallest.number, Case: s.smallest.Case}
	d.Files = files
	agreement, err := s.judge(ctx, d)
	if err != nil || agreement != disagreed || d.cause() != s.smallest.cause() {
		return false, err
	}
	s.smallest = d
	return true, nil
}
