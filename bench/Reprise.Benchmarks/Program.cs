using BenchmarkDotNet.Running;
using Reprise.Benchmarks;

BenchmarkSwitcher.FromAssembly(typeof(ShortInProcessConfig).Assembly).Run(args, new ShortInProcessConfig());
