// SPDX-License-Identifier: Apache-2.0
// Stands in for libFuzzer: fuzz_<name> CORPUS runs every file of the corpus and then random mutations of them for a bounded
// number of rounds and a bounded time. LOOMGATE_FUZZ_SEED (1) and LOOMGATE_FUZZ_SECONDS (4) change that. The input that is
// being tried stands in a file whose name is printed first; it stays there after a crash:
//   fuzz_<name> FILE tries it again.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <stdexcept>
#include <string>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

using Input = std::vector<std::uint8_t>;

constexpr std::size_t kLargest = 8192;
constexpr int kRounds = 500'000;

std::vector<Input> corpus;

// The input under trial, written before it is tried: the file outlives the program.
class Trial {
 public:
  Trial() : path_(std::filesystem::temp_directory_path() / ("loomgate-fuzz-" + std::to_string(getpid()))) {
    fd_ = open(path_.c_str(), O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0600);
    if (fd_ < 0) throw std::runtime_error("cannot write " + path_.string());
    std::printf("trying inputs from %s\n", path_.c_str());
    std::fflush(stdout);
  }
  ~Trial() {
    close(fd_);
    std::filesystem::remove(path_);
  }
  Trial(const Trial&) = delete;
  Trial& operator=(const Trial&) = delete;

  void run(const Input& input) {
    if (ftruncate(fd_, 0) != 0 || pwrite(fd_, input.data(), input.size(), 0) != static_cast<ssize_t>(input.size()))
      throw std::runtime_error("cannot write " + path_.string());
    LLVMFuzzerTestOneInput(input.data(), input.size());
  }

 private:
  std::filesystem::path path_;
  int fd_ = -1;
};

class Mutator {
 public:
  explicit Mutator(std::uint32_t seed) : random_(seed) {}

  Input next() {
    Input input = pick(corpus);
    const int steps = static_cast<int>(below(4)) + 1;
    for (int step = 0; step < steps; ++step) change(input);
    if (input.size() > kLargest) input.resize(kLargest);
    return input;
  }

 private:
  std::size_t below(std::size_t limit) { return std::uniform_int_distribution<std::size_t>(0, limit - 1)(random_); }
  template <typename T>
  const T& pick(const std::vector<T>& from) {
    return from[below(from.size())];
  }
  Input::iterator place(Input& input) { return input.begin() + static_cast<std::ptrdiff_t>(below(input.size() + 1)); }
  // Two ordered places.
  std::pair<Input::iterator, Input::iterator> range(Input& input) {
    auto ends = std::pair(place(input), place(input));
    return ends.first <= ends.second ? ends : std::pair(ends.second, ends.first);
  }

  void change(Input& input) {
    static constexpr std::string_view kTelling("\0\xff\x7f\x80'\"\\%{}[](),:;=+-/*?#@& \n\r\t0129aA.e$<>", 41);
    switch (below(6)) {
      case 0:
        if (!input.empty()) input[below(input.size())] ^= static_cast<std::uint8_t>(1U << below(8));
        break;
      case 1:
        input.insert(place(input), static_cast<std::uint8_t>(kTelling[below(kTelling.size())]));
        break;
      case 2: {
        const auto [first, last] = range(input);
        input.erase(first, last);
        break;
      }
      case 3: {
        const auto [first, last] = range(input);
        const Input copy(first, last);
        input.insert(place(input), copy.begin(), copy.end());
        break;
      }
      case 4: {
        Input other = pick(corpus);
        const auto [first, last] = range(other);
        input.insert(place(input), first, last);
        break;
      }
      default:
        input.insert(place(input), below(64), static_cast<std::uint8_t>(below(256)));
    }
  }

  std::mt19937 random_;
};

Input read_file(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return Input(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
}

long number_from(const char* variable, long otherwise) {
  const char* text = std::getenv(variable);
  return text == nullptr ? otherwise : std::atol(text);
}

TEST(Replay, Corpus) {
  ASSERT_FALSE(corpus.empty()) << "name a corpus folder or a file";
  Trial trial;
  trial.run({});
  for (const Input& input : corpus) trial.run(input);
}

TEST(Replay, Mutations) {
  ASSERT_FALSE(corpus.empty()) << "name a corpus folder or a file";
  Trial trial;
  Mutator mutator(static_cast<std::uint32_t>(number_from("LOOMGATE_FUZZ_SEED", 1)));
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(number_from("LOOMGATE_FUZZ_SECONDS", 4));
  int rounds = 0;
  while (rounds < kRounds && std::chrono::steady_clock::now() < end) {
    trial.run(mutator.next());
    ++rounds;
  }
  std::printf("%d mutations\n", rounds);
  EXPECT_GT(rounds, 100) << "too slow to find anything";
}

}  // namespace

int main(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  for (int i = 1; i < argc; ++i) {
    if (std::filesystem::is_directory(argv[i])) {
      for (const auto& entry : std::filesystem::directory_iterator(argv[i])) corpus.push_back(read_file(entry.path()));
    } else {
      corpus.push_back(read_file(argv[i]));
    }
  }
  std::sort(corpus.begin(), corpus.end());
  return RUN_ALL_TESTS();
}
