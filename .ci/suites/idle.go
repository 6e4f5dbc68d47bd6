// SPDX-License-Identifier: GPL-2.0

// Waits in the ways of Go, with goroutines that its runtime looks for by spinning
// before it sleeps. Prints TAP.
package main

import (
	"fmt"
	"os"
	"runtime"
	"sync"
	"time"
)

// How late a wait may be: Go itself needs some time, which is simulated in basic
const late = 500 * time.Millisecond

func sleep() time.Duration {
	time.Sleep(time.Second)
	return time.Second
}

func manySleep() time.Duration {
	var done sync.WaitGroup
	for i := 1; i <= 100; i++ {
		done.Add(1)
		go func(i int) {
			defer done.Done()
			for n := 0; n < 10; n++ {
				time.Sleep(time.Duration(i) * 10 * time.Millisecond)
			}
		}(i)
	}
	done.Wait()
	return 10 * time.Second
}

func ticker() time.Duration {
	ticks := time.NewTicker(100 * time.Millisecond)
	defer ticks.Stop()
	for n := 0; n < 100; n++ {
		<-ticks.C
	}
	return 10 * time.Second
}

func selectTimeout() time.Duration {
	never := make(chan int)
	for n := 0; n < 5; n++ {
		select {
		case <-never:
		case <-time.After(time.Second):
		}
	}
	return 5 * time.Second
}

func pingPong() time.Duration {
	to, from := make(chan int), make(chan int)
	go func() {
		for n := range to {
			time.Sleep(time.Millisecond)
			from <- n + 1
		}
		close(from)
	}()
	for n := 0; n < 1000; n++ {
		to <- n
		<-from
	}
	close(to)
	return time.Second
}

// One that never gives up the processor, which the runtime has to take from it
func busyNeighbour() time.Duration {
	end := time.Now().Add(2 * time.Second)
	go func() {
		for time.Now().Before(end) {
		}
	}()
	runtime.Gosched()
	time.Sleep(2 * time.Second)
	return 2 * time.Second
}

func main() {
	tests := []struct {
		name string
		run  func() time.Duration
	}{
		{"time.Sleep", sleep},
		{"goroutines that sleep", manySleep},
		{"ticker", ticker},
		{"select with a timeout", selectTimeout},
		{"channels to and fro", pingPong},
		{"a goroutine that spins", busyNeighbour},
	}
	failed := 0
	fmt.Printf("TAP version 13\n1..%d\n", len(tests))
	for i, test := range tests {
		begin := time.Now()
		want := test.run()
		took := time.Since(begin)
		result := "ok"
		if took < want || took > want+want/10+late {
			result = "not ok"
			failed++
		}
		fmt.Printf("%s %d %s\n# %v, want %v\n", result, i+1, test.name, took, want)
	}
	if failed > 0 {
		os.Exit(1)
	}
}
